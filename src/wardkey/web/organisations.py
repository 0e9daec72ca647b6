"""Organisations: the tree below the one in view, and what becomes of each."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..organisations.queries import FOUND_AT_MOST, organisations_found
from ..people import organisations, role_queries, succession
from ..people.administrators import Act
from ..people.reach import organisation_administered_by, organisation_entered
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..organisations.models import Organisation

SEE, MANAGE = Act.SEE_ORGANISATIONS, Act.MANAGE_ORGANISATIONS
GET_AND_POST = require_http_methods(["GET", "POST"])


@administrator_page(SEE)
@require_safe
def organisations_below(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")[:200].strip()
    asker = request.asker
    found = organisations_found(
        asked=asked, within=asker.organisations_for(SEE), below=asker.organisation
    )
    context = {"asked": asked, "found": found, "cut_off": len(found) == FOUND_AT_MOST}
    return render(request, "organisations/list.jinja", context)


@administrator_page(SEE)
@require_safe
def organisation(request: HttpRequest, *, code: str) -> HttpResponse:
    shown = organisation_administered_by(request.asker, code, SEE)
    context = {
        "organisation": shown,
        "grants": role_queries.roles_on(shown),
        "may_manage": request.asker.may(MANAGE),
        "people_left": succession.people_left(shown) if shown.is_closing else 0,
    }
    return render(request, "organisations/one.jinja", context)


@administrator_page(MANAGE)
@GET_AND_POST
def add(request: HttpRequest, *, code: str) -> HttpResponse:
    parent = organisation_administered_by(request.asker, code, MANAGE)
    if request.method == "GET":
        return _ask_for_name(request, parent, page="organisations/add.jinja")
    form = form_of(request, "code", "name")
    try:
        founded = organisations.found(
            asker=request.asker,
            parent=parent,
            code=form.get("code", ""),
            name=form.get("name", ""),
        )
    except InvalidInput as mistake:
        return _ask_for_name(request, parent, page="organisations/add.jinja", mistake=mistake)
    say_success(request, _("{name} was added.").format(name=founded.name))
    return redirect("organisation", founded.code)


@administrator_page(MANAGE)
@GET_AND_POST
def edit(request: HttpRequest, *, code: str) -> HttpResponse:
    changed = organisation_administered_by(request.asker, code, MANAGE)
    if request.method == "GET":
        return _ask_for_name(request, changed, page="organisations/edit.jinja")
    form = form_of(request, "code", "name")
    try:
        changed = organisations.rename(
            asker=request.asker,
            organisation=changed,
            code=form.get("code", ""),
            name=form.get("name", ""),
        )
    except InvalidInput as mistake:
        return _ask_for_name(request, changed, page="organisations/edit.jinja", mistake=mistake)
    named = _("It is now called {name} ({code}).")
    say_success(request, named.format(name=changed.name, code=changed.code))
    return redirect("organisation", changed.code)


def _ask_for_name(
    request: HttpRequest,
    about: "Organisation",
    *,
    page: str,
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    context = {
        "organisation": about,
        "typed": request.POST,
        "mistake": words(mistake) if mistake else "",
        "field": "name" if mistake and mistake.details.get("field") == "name" else "code",
    }
    return render(request, page, context, status=mistake.status if mistake else 200)


@administrator_page(MANAGE)
@GET_AND_POST
def suspend(request: HttpRequest, *, code: str) -> HttpResponse:
    suspended = organisation_administered_by(request.asker, code, MANAGE)
    if request.method == "GET":
        return render(request, "organisations/suspend.jinja", {"organisation": suspended})
    form_of(request)
    organisations.suspend(asker=request.asker, organisation=suspended)
    say_success(request, _("{name} is suspended.").format(name=suspended.name))
    return redirect("organisation", code)


@administrator_page(MANAGE)
@GET_AND_POST
def resume(request: HttpRequest, *, code: str) -> HttpResponse:
    resumed = organisation_administered_by(request.asker, code, MANAGE)
    if request.method == "GET":
        return render(request, "organisations/resume.jinja", {"organisation": resumed})
    form_of(request)
    organisations.resume(asker=request.asker, organisation=resumed)
    say_success(request, _("{name} is in use again.").format(name=resumed.name))
    return redirect("organisation", code)


@administrator_page(MANAGE)
@GET_AND_POST
def close(request: HttpRequest, *, code: str) -> HttpResponse:
    closing = organisation_administered_by(request.asker, code, MANAGE)
    if request.method == "GET":
        return _ask_for_successor(request, closing)
    named = form_of(request, "successor").get("successor", "").strip()
    try:
        successor = organisation_entered(request.asker, named, MANAGE) if named else None
    except InvalidInput as mistake:
        return _ask_for_successor(request, closing, mistake)
    closing = succession.begin_closing(
        asker=request.asker, organisation=closing, successor=successor
    )
    say_success(request, _closed_or_closing(closing))
    return redirect("organisation", code)


def _closed_or_closing(closing: "Organisation") -> str:
    if closing.is_closing and closing.successor:
        return _("{name} closes: its people move to {successor}.").format(
            name=closing.name, successor=closing.successor.name
        )
    return _("{name} is closed.").format(name=closing.name)


def _ask_for_successor(
    request: HttpRequest, closing: "Organisation", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "organisation": closing,
        "people": succession.people_left(closing),
        "typed": request.POST.get("successor", ""),
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "organisations/close.jinja", context, status=status)
