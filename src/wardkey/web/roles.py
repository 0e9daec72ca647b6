"""Roles: who has which, appointing, dismissing, and roles that sleep.

A person's roles are on one page, those on the organisation in view on another: some of the people
who hold them belong elsewhere.
"""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..base import clock
from ..base.errors import Forbidden, InvalidInput
from ..base.forms import form_of
from ..keys.queries import count_keys_in_use, keys_registered_since
from ..people import appointments, role_queries, roles, sleeping_roles
from ..people.access import role_holder
from ..people.administrators import Act, grants_for
from ..people.reach import organisation_entered
from .dates import date_of
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..people.access import Asker
    from ..people.models import Person, RoleGrant

UNTIL = ("until-day", "until-month", "until-year")
GET_AND_POST = require_http_methods(["GET", "POST"])


@administrator_page(Act.SEE_ROLES)
@require_safe
def roles_here(request: HttpRequest) -> HttpResponse:
    grants = role_queries.roles_on(request.asker.organisation)
    context = {"grants": grants, "at_most": role_queries.AT_MOST}
    return render(request, "roles/here.jinja", context)


@administrator_page(Act.SEE_ROLES)
@require_safe
def roles_of_person(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    holder = role_holder(asker, holder_id, Act.SEE_ROLES)
    context = {
        "holder": holder,
        "shown": role_queries.roles_shown(asker, holder),
        "in_the_way": sleeping_roles.roles_to_put_to_sleep(asker, holder),
        "keys_in_use": count_keys_in_use(holder),
        "keys_needed": roles.KEYS_OF_AN_ADMINISTRATOR,
        "may_appoint": asker.may(Act.APPOINT) and asker.person.pk != holder.pk,
    }
    return render(request, "roles/of_person.jinja", context)


@administrator_page(Act.APPOINT)
@GET_AND_POST
def appoint(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = role_holder(request.asker, holder_id, Act.APPOINT)
    if request.method == "GET":
        return _ask_for_appointment(request, holder)
    form = form_of(request, "role", "organisation", "with_those_below", *UNTIL)
    try:
        grant = roles.appoint(
            asker=request.asker,
            person=holder,
            keys_in_use=count_keys_in_use,
            **_appointment_in(form, request.asker),
        )
    except InvalidInput as mistake:
        return _ask_for_appointment(request, holder, mistake)
    say_success(request, _appointed(grant))
    return redirect("roles", holder.pk)


def _appointment_in(form: QueryDict, asker: "Asker") -> dict:
    organisation = organisation_entered(asker, form.get("organisation", ""), Act.APPOINT)
    return {
        "role": appointments.role_named(form.get("role", "")),
        "organisation": organisation,
        "with_those_below": form.get("with_those_below") == "yes",
        "until": _end_of(form, zone=organisation.time_zone),
    }


def _end_of(form: QueryDict, *, zone: str) -> datetime | None:
    """A role holds to the end of its last day."""
    if not any(form.get(part, "").strip() for part in UNTIL):
        return None
    return clock.start_of(date_of(form, "until") + timedelta(days=1), zone)


def _ask_for_appointment(
    request: HttpRequest, holder: "Person", mistake: InvalidInput | None = None
) -> HttpResponse:
    asker = request.asker
    mine = grants_for(asker.grants, Act.APPOINT, asker.organisation)
    to_give = appointments.roles_to_give(mine, asker.organisation)
    context = {
        "holder": holder,
        "roles": [{"value": role.value, "text": role.label} for role in to_give],
        "typed": request.POST or {"organisation": asker.organisation.code},
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "role") if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "roles/appoint.jinja", context, status=status)


def _appointed(grant: "RoleGrant") -> str:
    role, organisation = grant.get_role_display(), grant.organisation.name
    if grant.waiting_since:
        return _(
            "{name} is to be “{role}” in {organisation}. The role starts when two FIDO2 tokens are "
            "registered and in use."
        ).format(name=grant.person.name, role=role, organisation=organisation)
    return _("{name} is now “{role}” in {organisation}.").format(
        name=grant.person.name, role=role, organisation=organisation
    )


@administrator_page(Act.DISMISS)
@GET_AND_POST
def dismiss(request: HttpRequest, *, holder_id: uuid.UUID, grant_id: int) -> HttpResponse:
    holder = role_holder(request.asker, holder_id, Act.DISMISS)
    if request.method == "GET":
        shown = role_queries.role_shown(request.asker, holder, grant_id)
        if not shown.may_dismiss:
            raise Forbidden("rank")
        return render(request, "roles/dismiss.jinja", {"holder": holder, "grant": shown.grant})
    form_of(request)
    grant = roles.dismiss(asker=request.asker, person=holder, grant_id=grant_id)
    said = _("The role “{role}” of {name} in {organisation} has ended.")
    return _done(request, said, grant)


@administrator_page(Act.PUT_ROLES_TO_SLEEP)
@GET_AND_POST
def put_to_sleep(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = role_holder(request.asker, holder_id, Act.PUT_ROLES_TO_SLEEP)
    if request.method == "GET":
        return _ask_for_reason(request, holder)
    reason = form_of(request, "reason").get("reason", "")
    try:
        asleep = sleeping_roles.put_to_sleep(asker=request.asker, person=holder, reason=reason)
    except InvalidInput as mistake:
        return _ask_for_reason(request, holder, mistake)
    said = _("The role “{role}” of {name} in {organisation} sleeps.")
    for grant in asleep:
        say_success(request, _in_words(said, grant))
    return redirect("roles", holder.pk)


def _ask_for_reason(
    request: HttpRequest, holder: "Person", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "holder": holder,
        "in_the_way": sleeping_roles.roles_to_put_to_sleep(request.asker, holder),
        "reason": request.POST.get("reason", ""),
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "roles/put_to_sleep.jinja", context, status=status)


@administrator_page(Act.WAKE_ROLES)
@GET_AND_POST
def wake(request: HttpRequest, *, holder_id: uuid.UUID, grant_id: int) -> HttpResponse:
    holder = role_holder(request.asker, holder_id, Act.WAKE_ROLES)
    if request.method == "GET":
        return _ask_whether_to_wake(request, holder, grant_id)
    form_of(request)
    grant = sleeping_roles.wake(
        asker=request.asker, person=holder, grant_id=grant_id, keys_in_use=count_keys_in_use
    )
    return _done(request, _("The role “{role}” of {name} in {organisation} is awake."), grant)


def _ask_whether_to_wake(request: HttpRequest, holder: "Person", grant_id: int) -> HttpResponse:
    """What was done to the holder's tokens meanwhile is shown to whoever decides."""
    shown = role_queries.role_shown(request.asker, holder, grant_id)
    if not shown.may_wake or shown.grant.asleep_since is None:
        raise Forbidden("rank")
    since = keys_registered_since(holder, shown.grant.asleep_since)
    context = {"holder": holder, "grant": shown.grant, "since": since}
    return render(request, "roles/wake.jinja", context)


def _done(request: HttpRequest, said: str, grant: "RoleGrant") -> HttpResponse:
    say_success(request, _in_words(said, grant))
    return redirect("roles", grant.person_id)


def _in_words(said: str, grant: "RoleGrant") -> str:
    return said.format(
        role=grant.get_role_display(),
        name=grant.person.name,
        organisation=grant.organisation.name,
    )
