"""People join: an administrator adds and invites them; they open their account at `/join/`."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base import clock
from ..base.errors import (
    Conflict,
    InvalidInput,
    Mistake,
    SignInRefused,
    Throttled,
    Unavailable,
)
from ..base.forms import form_of
from ..lifecycle import joining
from ..people.access import person_administered_by
from ..people.administrators import Act
from ..people.contacts import mail_shown_for
from ..signin import browser
from .dates import as_fields, date_of, fields_of
from .gate import Admits, administrator_page, open_to, organisation_typed
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..people.models import Person

ASKED = ("name", "username", "email", "organisation")


@administrator_page(Act.ADD_PEOPLE, about=organisation_typed)
@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "lifecycle/add.jinja", {"form": _today_and_here(request)})
    posted = form_of(request, *ASKED, *fields_of("starts_on"))
    form = {field: posted.get(field, "") for field in ASKED}
    try:
        person = joining.add_person(
            asker=request.asker,
            username=form["username"],
            name=form["name"],
            email=form["email"],
            organisation=form["organisation"],
            starts_on=date_of(posted, "starts_on"),
        )
    except InvalidInput as mistake:
        context = {
            "form": posted,
            "mistake": words(mistake),
            "field_of_mistake": _field(mistake),
        }
        return render(request, "lifecycle/add.jinja", context, status=mistake.status)
    say_success(request, _("{name} was added.").format(name=person.name))
    return redirect("invite", holder_id=person.pk)


def _today_and_here(request: HttpRequest) -> dict:
    here = request.asker.organisation
    return {"organisation": here.code, **as_fields("starts_on", clock.today(here.time_zone))}


def _field(mistake: Mistake) -> str:
    return mistake.details.get("field", "")


@administrator_page(Act.ADD_PEOPLE)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    person = person_administered_by(request.asker, holder_id, Act.ADD_PEOPLE)
    if request.method == "GET":
        return _invitation_page(request, person)
    way = form_of(request, "way").get("way", "")
    try:
        if way not in ("link", "slip"):
            raise InvalidInput("way", field="way")
        code = joining.invite(asker=request.asker, person=person, way=joining.Way(way))
    except InvalidInput as mistake:
        return _invitation_page(request, person, mistake=mistake)
    if way == "slip":
        context = {"holder": person, "code": code, "address": f"{settings.ORIGINS[0]}/join/"}
        return render(request, "lifecycle/slip.jinja", context)
    say_success(request, _("The invitation is on its way to {name}.").format(name=person.name))
    return redirect("standing", holder_id=person.pk)


def _invitation_page(
    request: HttpRequest, person: "Person", *, mistake: Mistake | None = None
) -> HttpResponse:
    context = {"holder": person, "mail": mail_shown_for(person)}
    if mistake:
        context["mistake"] = words(mistake)
    status = mistake.status if mistake else 200
    return render(request, "lifecycle/invite.jinja", context, status=status)


@open_to(Admits.ANYBODY)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """First the code alone, which a link's script fills in; then the code with a password."""
    if request.method == "GET":
        return render(request, "lifecycle/join.jinja", {})
    form = form_of(request, "code", "username", "password")
    code = form.get("code", "")
    try:
        person = joining.newcomer_with(code, source=browser.source_of(request))
        if "password" not in form:
            return _choose_password(request, person, code)
        opened = joining.accept(
            code=code,
            password=form.get("password", ""),
            source=browser.source_of(request),
            replacing=request.sign_in,
        )
    except InvalidInput as mistake:
        return _choose_password(request, person, code, mistake=mistake)
    except (SignInRefused, Conflict, Throttled, Unavailable) as mistake:
        context = {"mistake": words(mistake)}
        page = render(request, "lifecycle/join.jinja", context, status=mistake.status)
        return with_waiting_time(page, mistake)
    return _welcome(request, opened)


def _choose_password(
    request: HttpRequest, person: "Person", code: str, *, mistake: Mistake | None = None
) -> HttpResponse:
    context = {"person": person, "code": code, "mistake": words(mistake) if mistake else ""}
    status = mistake.status if mistake else 200
    return render(request, "lifecycle/choose_password.jinja", context, status=status)


def _welcome(request: HttpRequest, opened: tuple | None) -> HttpResponse:
    if opened is None:
        say_success(request, _("Your account is open. Log in with your new password."))
        return redirect("sign_in")
    say_success(request, _("Your account is open. Now register your first token."))
    response = redirect("my_register")
    _session, secret = opened
    browser.give_secret(response, secret)
    return response
