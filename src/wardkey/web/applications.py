"""Applications: an organisation's own programs, what they may do, as whom, and their API tokens."""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..clients.registering import clients_here
from ..clients.uses import clients_usable_in
from ..people.access import person_administered_by
from ..people.administrators import Act
from ..sessions import api_tokens, making_api_tokens
from ..sessions import applications as programs
from .api_tokens import lasts_of, lasts_to_choose, scope_words, scopes_to_choose, typed
from .gate import administrator_page
from .notices import say_success

if TYPE_CHECKING:
    from ..sessions.models import Application

GET_AND_POST = require_http_methods(["GET", "POST"])


@administrator_page(Act.SEE_APPLICATIONS)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    within = asker.organisations_for(Act.SEE_APPLICATIONS)
    context = {
        "applications": programs.applications_here(asker),
        "holders": api_tokens.holders_of_api_tokens(within),
        "clients": clients_here(asker),
        "from_elsewhere": [
            client
            for client in clients_usable_in(asker.organisation)
            if client.organisation_id != asker.organisation_id
        ],
    }
    return render(request, "programs/applications.jinja", context)


@administrator_page(Act.SEE_APPLICATIONS)
@require_safe
def api_tokens_of_person(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.SEE_APPLICATIONS)
    context = {
        "holder": holder,
        "held": api_tokens.api_tokens_of(holder),
        "scope_words": scope_words,
    }
    return render(request, "programs/of_person.jinja", context)


@administrator_page(Act.STOP_APPLICATIONS)
@require_POST
def end_api_token_of_person(
    request: HttpRequest, *, holder_id: uuid.UUID, api_token_id: uuid.UUID
) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.STOP_APPLICATIONS)
    form_of(request)
    api_tokens.end_of_person(asker=request.asker, person=holder, api_token_id=api_token_id)
    say_success(request, _("The API token has ended."))
    return redirect("person_api_tokens", holder_id)


@administrator_page(Act.SEE_APPLICATIONS)
@require_safe
def application(request: HttpRequest, *, application_id: uuid.UUID) -> HttpResponse:
    found = programs.application_here(request.asker, application_id)
    context = {
        "application": found,
        "held": api_tokens.api_tokens_of_application(found),
        "scope_words": scope_words,
        "rests": not programs.acts_now(found),
    }
    return render(request, "programs/application.jinja", context)


@administrator_page(Act.MANAGE_APPLICATIONS)
@GET_AND_POST
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _ask(request, None)
    fields = _fields_of(request)
    try:
        made = programs.register_application(asker=request.asker, **fields)
    except InvalidInput as mistake:
        return _ask(request, None, mistake)
    say_success(request, _("The application “{name}” was added.").format(name=made.name))
    return redirect("application", made.pk)


@administrator_page(Act.MANAGE_APPLICATIONS)
@GET_AND_POST
def edit(request: HttpRequest, *, application_id: uuid.UUID) -> HttpResponse:
    found = programs.application_here(request.asker, application_id)
    if request.method == "GET":
        return _ask(request, found)
    fields = _fields_of(request)
    try:
        programs.change_application(asker=request.asker, application_id=application_id, **fields)
    except InvalidInput as mistake:
        return _ask(request, found, mistake)
    say_success(request, _("The application was changed."))
    return redirect("application", application_id)


def _fields_of(request: HttpRequest) -> dict:
    form = form_of(request, "name", "scopes", "acts_as")
    return {
        "name": form.get("name", ""),
        "wanted": form.getlist("scopes"),
        "acts_as": form.get("acts_as", ""),
    }


def _ask(
    request: HttpRequest, found: "Application | None", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {"application": found, **typed(request, mistake)}
    chosen = request.POST.getlist("scopes")
    if found and request.method == "GET":
        context["typed"] = {"name": found.name, "acts_as": found.acts_as.username}
        chosen = found.scopes
    context["scopes"] = scopes_to_choose(chosen)
    status = mistake.status if mistake else 200
    return render(request, "programs/edit.jinja", context, status=status)


@administrator_page(Act.STOP_APPLICATIONS)
@GET_AND_POST
def end(request: HttpRequest, *, application_id: uuid.UUID) -> HttpResponse:
    found = programs.application_here(request.asker, application_id)
    if request.method == "GET":
        return render(request, "programs/end.jinja", {"application": found})
    form_of(request)
    programs.end_application(asker=request.asker, application_id=application_id)
    say_success(request, _("The application “{name}” has ended.").format(name=found.name))
    return redirect("applications")


@administrator_page(Act.MANAGE_APPLICATIONS)
@GET_AND_POST
def make_api_token(request: HttpRequest, *, application_id: uuid.UUID) -> HttpResponse:
    found = programs.application_here(request.asker, application_id)
    if request.method == "GET":
        return _ask_for_api_token(request, found)
    form = form_of(request, "name", "lasts")
    try:
        made, secret = making_api_tokens.make_for_application(
            asker=request.asker,
            application_id=application_id,
            name=form.get("name", ""),
            lasts=lasts_of(form.get("lasts", "")),
        )
    except InvalidInput as mistake:
        return _ask_for_api_token(request, found, mistake)
    context = {"made": made, "secret": secret, "way_on": "application", "of_whom": [found.pk]}
    return render(request, "programs/made.jinja", context)


def _ask_for_api_token(
    request: HttpRequest, found: "Application", mistake: InvalidInput | None = None
) -> HttpResponse:
    lasts = lasts_to_choose("90d")
    context = {"application": found, "lasts": lasts, **typed(request, mistake)}
    status = mistake.status if mistake else 200
    return render(request, "programs/make.jinja", context, status=status)


@administrator_page(Act.STOP_APPLICATIONS)
@require_POST
def end_api_token(
    request: HttpRequest, *, application_id: uuid.UUID, api_token_id: uuid.UUID
) -> HttpResponse:
    found = programs.application_here(request.asker, application_id)
    form_of(request)
    api_tokens.end_of_application(asker=request.asker, application=found, api_token_id=api_token_id)
    say_success(request, _("The API token has ended."))
    return redirect("application", application_id)
