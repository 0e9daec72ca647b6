"""Admin, User Management, and a person's page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..base.errors import Forbidden
from ..base.forms import form_of
from ..compatibility import results
from ..inventory.finding import found_by_serial_number
from ..keys import exporting
from ..keys.queries import keys_of
from ..people.access import Asker, person_administered_by
from ..people.administrators import Act
from ..people.queries import FOUND_AT_MOST, people_found
from ..reports.trail import reading
from ..reports.trail.viewed import note_viewed
from ..signin import throttle
from ..signin.readiness import readiness_of
from .downloads import sent_as_table
from .gate import administrator_page
from .history_words import reason_words, told
from .limit_words import limits_told
from .notices import say_success
from .stock_words import STATES


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    if not request.asker.grants:
        raise Forbidden("role")
    context = {"may": request.asker.may, "Act": Act, "sent": _checks_sent(request.asker)}
    return render(request, "admin/index.jinja", context)


def _checks_sent(asker: Asker) -> int:
    """What people checked on their devices and sent, for an administrator to add or not."""
    if not asker.may(Act.KEEP_COMPATIBILITY):
        return 0
    return len(results.sent_within(asker.organisations_for(Act.KEEP_COMPATIBILITY)))


@administrator_page(Act.FIND_PEOPLE)
@require_safe
def user_management(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")[:200].strip()
    within = request.asker.organisations_for(Act.FIND_PEOPLE)
    found = people_found(words=asked, within=within)
    context = {
        "asked": asked,
        "found": found,
        "tokens": []
        if found and not _may_be_printed(asked)
        else found_by_serial_number(asked, within),
        "states": STATES,
        "may_see_stock": request.asker.may(Act.SEE_STOCK),
        "cut_off": len(found) == FOUND_AT_MOST,
        "may_add": request.asker.may(Act.ADD_PEOPLE),
        "may_export": request.asker.may(Act.SEE_WEAK_KEYS),
    }
    return render(request, "admin/people.jinja", context)


def _may_be_printed(asked: str) -> bool:
    """A serial number has figures, and what finds people hardly ever does."""
    return any(letter.isdecimal() for letter in asked)


@administrator_page(Act.SEE_WEAK_KEYS)
@require_POST
def export_keys(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes a list away is in the trail."""
    form_of(request)
    lines = exporting.export(request.asker)
    return sent_as_table(lines, f"tokens-{request.asker.organisation.code}.csv")


@administrator_page(Act.SEE_KEYS)
@require_safe
def person(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.SEE_KEYS)
    keys = keys_of(holder)
    readiness = readiness_of(holder, keys)
    context = {
        "holder": holder,
        "limits": limits_told(throttle.waits_of(holder)) if readiness.has_to_wait else [],
        "may_lift_limits": request.asker.may(Act.LIFT_LIMITS),
        "keys": keys,
        "readiness": readiness,
        "why": reason_words(readiness.last_try.reason) if readiness.last_try else "",
        "may": request.asker.may,
        "Act": Act,
        "is_own": holder.pk == request.asker.person.pk,
        "may_see_roles": request.asker.may(Act.SEE_ROLES),
        "may_read_history": request.asker.may(Act.READ_HISTORY),
        "may_read_policy": request.asker.may(Act.READ_POLICY),
    }
    return render(request, "admin/person.jinja", context)


@administrator_page(Act.LIFT_LIMITS)
@require_POST
def lift_limit(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.LIFT_LIMITS)
    form_of(request)
    if throttle.lift(asker=request.asker, holder=holder):
        say_success(request, _("{name} can try again now.").format(name=holder.name))
    else:
        say_success(
            request, _("There was no limit any more: {name} can try.").format(name=holder.name)
        )
    return redirect("person", holder_id=holder.pk)


@administrator_page(Act.READ_HISTORY)
@require_safe
def history(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.READ_HISTORY)
    within = request.asker.organisations_for(Act.READ_HISTORY)
    entries = told(reading.about_person(holder.pk, within))
    note_viewed(request.asker, about=holder)
    return render(request, "admin/history.jinja", {"holder": holder, "entries": entries})
