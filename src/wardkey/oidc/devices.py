"""Machines without a browser: what they ask, and the pages of whoever logs in for them (RFC 8628).

ask       the machine: two codes
enter     a person types the one that it shows
answer    is told who asks, and from where, and says yes or no
"""

import hmac
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ..base import codes
from ..base.errors import InvalidInput, NotFound
from ..base.forms import form_of
from ..clients import authorising, devices
from ..clients.authorising import Step
from ..clients.refusals import ClientRefused
from ..signin import browser, throttle
from . import refusals
from .authorize import page_of_refusal, proof_of
from .discovery import address
from .machines import error, fields_of, for_programs
from .tokens import NOT_YET, client_of
from .words import CODE_NOT_KNOWN, SCOPE_WORDS

if TYPE_CHECKING:
    from ..clients.authorising import Judged, Visit
    from ..clients.models import DeviceRequest

GET_AND_POST = require_http_methods(["GET", "POST"])


@for_programs
def ask(request: HttpRequest) -> HttpResponse:
    fields = fields_of(request)
    client = client_of(request, fields, "oidc_device_authorization")
    asked_from = browser.source_of(request).address
    try:
        begun = devices.begin(client=client, fields=fields, asked_from=asked_from)
    except ClientRefused as refused:
        if refused.error in NOT_YET:
            # The trail has each of those that wait; whoever asks again and again adds nothing.
            return error(refused)
        refused.client = client
        raise
    page = address("device")
    return JsonResponse(
        {
            "device_code": begun.device_code,
            "user_code": begun.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?{urlencode({'user_code': begun.user_code})}",
            "expires_in": int(devices.HOLDS.total_seconds()),
            "interval": devices.INTERVAL,
        }
    )


@GET_AND_POST
def enter(request: HttpRequest) -> HttpResponse:
    """A code that comes with the address is filled in, and has to be sent by hand all the same."""
    if request.method == "GET":
        return _ask_for_code(request, request.GET.get("user_code", ""))
    typed = form_of(request, "user_code").get("user_code", "")
    try:
        found = _request_typed(request, typed)
        page = reverse("device_request", args=[found])
        return redirect(f"{page}?{urlencode({'typed': _typed_by(request, found)})}")
    except InvalidInput:
        return _ask_for_code(request, typed, mistake=str(CODE_NOT_KNOWN))


def _request_typed(request: HttpRequest, typed: str) -> uuid.UUID:
    """Raises InvalidInput, Throttled. A right code, too, is told only to who need not wait by now:
    others may have guessed meanwhile."""
    person, source = request.sign_in.person, browser.source_of(request)
    own, everybodys = throttle.begin_device_code(person, source=source)
    try:
        found = devices.request_typed(typed)
    except InvalidInput:
        if typed.strip():
            throttle.failed(own, person)
            throttle.failed(everybodys, None)
        raise
    throttle.begin_device_code(person, source=source)
    return found


def _typed_by(request: HttpRequest, request_id: uuid.UUID) -> str:
    """That this person typed the code of it: the address of somebody else's page opens nothing."""
    person_id = request.sign_in.person.pk
    return codes.keyed(f"{request_id} {person_id}", about="device code typed").hex()


def _ask_for_code(request: HttpRequest, typed: str, *, mistake: str = "") -> HttpResponse:
    context = {"typed": typed[: devices.LONGEST_TYPED], "mistake": mistake}
    return render(request, "oidc/device.jinja", context, status=400 if mistake else 200)


@GET_AND_POST
def answer(request: HttpRequest, *, request_id: uuid.UUID) -> HttpResponse:
    said = form_of(request, "decision").get("decision", "") if request.method == "POST" else ""
    typed = request.GET.get("typed", "").encode()
    if not hmac.compare_digest(typed, _typed_by(request, request_id).encode()):
        raise NotFound("device_request")
    waits = devices.waiting(request_id)
    if said == "refuse":
        devices.refuse(waits, request.sign_in)
        return _done(request, waits, "refused")
    agreed_now = said if said == "allow" else ""
    session, in_view = request.sign_in, request.asker.organisation
    visit = devices.visit_of(waits, session=session, in_view=in_view, agreed_now=agreed_now)
    try:
        return _next(request, visit, authorising.judge(visit), waits)
    except ClientRefused as refused:
        return _refused(request, refused, waits)


def _next(
    request: HttpRequest, visit: "Visit", judged: "Judged", waits: "DeviceRequest"
) -> HttpResponse:
    if judged.step is Step.NOTHING:
        devices.allow(waits, visit, judged)
        return _done(request, waits, "allowed")
    if judged.step is Step.PROVE_WITH_KEY:
        raise proof_of(visit, with_key="yes")
    context = {
        "client": waits.client,
        "asked_at": waits.asked_at,
        "asked_from": waits.asked_from,
        "person": visit.person,
        "organisation": judged.spoken_for.organisation,
        "scopes": [SCOPE_WORDS[scope] for scope in waits.scopes if scope in SCOPE_WORDS],
    }
    return render(request, "oidc/device_request.jinja", context)


def _done(request: HttpRequest, waits: "DeviceRequest", said: str) -> HttpResponse:
    return render(request, "oidc/device_done.jinja", {"client": waits.client, "said": said})


def _refused(request: HttpRequest, refused: ClientRefused, waits: "DeviceRequest") -> HttpResponse:
    """The machine goes on waiting: somebody else may still be let in."""
    refusals.record(request, refused, client=waits.client, cause=refused.cause)
    return page_of_refusal(request, refused.cause, name=waits.client.name, status=403)
