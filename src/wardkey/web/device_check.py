"""Check this device, and what becomes of the outcome: seen at once, added to the table or sent to
those who may add it, taken away.

For everybody. Whoever is not signed in checks within the browser, and the portal learns nothing.
"""

import json
import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..base.forms import form_of
from ..compatibility import checking, keeping
from ..compatibility.devices import device_of
from ..people.administrators import Act
from .bodies import json_body, object_of, text_of, uuid_of
from .check_words import WHY
from .gate import Admits, administrator_page, open_to
from .notices import say_success

if TYPE_CHECKING:
    from ..compatibility.models import CheckedDevice

# Without it browsers do not say which version of the system they run on.
HINT = "Sec-CH-UA-Platform-Version"


@open_to(Admits.ANYBODY)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whether the browser can use tokens at all, only the script can say."""
    visitors = None if request.asker else checking.options_for_visitors(name=_name())
    context = {"device": device_of(request.headers), "options": json.dumps(visitors)}
    response = render(request, "check/page.jinja", context)
    response["Accept-CH"] = HINT
    return response


def _name() -> str:
    """Under which the browser's own window, and some keys, speak of the throwaway credential."""
    return _("Check this device")


@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    json_body(request)
    ceremony, options = checking.begin(asker=request.asker, name=_name())
    return _half_begun(ceremony.pk, options)


def _half_begun(check_id: uuid.UUID, options: dict) -> HttpResponse:
    return JsonResponse({"check_id": str(check_id), "public_key": options})


@require_POST
def registration(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    ceremony, options = checking.receive_registration(
        asker=request.asker,
        check_id=uuid_of(fields, "check_id"),
        answer=object_of(fields, "credential"),
        device=device_of(request.headers),
    )
    return _half_begun(ceremony.pk, options)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    checking.receive_sign_in(
        asker=request.asker,
        check_id=uuid_of(fields, "check_id"),
        answer=object_of(fields, "credential"),
        device=device_of(request.headers),
    )
    return JsonResponse({"waits_for": "outcome"})


@require_POST
def failure(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    checking.note_failure(
        asker=request.asker,
        check_id=uuid_of(fields, "check_id"),
        half=text_of(fields, "half"),
        mistake=text_of(fields, "mistake"),
        device=device_of(request.headers),
    )
    return JsonResponse({"waits_for": "outcome"})


@require_safe
def outcome(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    seen = checking.outcome(asker=request.asker, check_id=check_id)
    context = {
        "check_id": check_id,
        "seen": seen,
        "device": seen.device,
        "why": WHY.get(seen.why, WHY["other"]),
        "may_add": request.asker.may(Act.KEEP_COMPATIBILITY),
        "organisation": request.asker.organisation,
        "home": request.asker.person.home,
    }
    return render(request, "check/outcome.jinja", context)


@administrator_page(Act.KEEP_COMPATIBILITY)
@require_POST
def add(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    row = keeping.add(asker=request.asker, check_id=check_id)
    return _is_in_the_table(request, row)


def _is_in_the_table(request: HttpRequest, row: "CheckedDevice") -> HttpResponse:
    said = _("{device} is in the table of {name} now.")
    say_success(request, said.format(device=row, name=row.organisation.name))
    return redirect("compatibility")


@require_POST
def send(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    row = keeping.send(asker=request.asker, check_id=check_id)
    said = _("It was sent to the local administrators of {name}.")
    say_success(request, said.format(name=row.organisation.name))
    return redirect("compatibility")


@administrator_page(Act.KEEP_COMPATIBILITY)
@require_POST
def accept(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    return _is_in_the_table(request, keeping.accept(asker=request.asker, check_id=check_id))


@administrator_page(Act.KEEP_COMPATIBILITY)
@require_POST
def decline(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    keeping.decline(asker=request.asker, check_id=check_id)
    say_success(request, _("That check was not added to the table."))
    return redirect("compatibility")


@administrator_page(Act.KEEP_COMPATIBILITY)
@require_POST
def remove(request: HttpRequest, *, check_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    keeping.remove(asker=request.asker, check_id=check_id)
    say_success(request, _("That check is no longer in the table."))
    return redirect("compatibility")
