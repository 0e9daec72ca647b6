"""Where a client sends people to log in, and from where they go back to it.

    authorize    a client's request; who has all that it asks for goes straight back
    request      the same, for whoever has something to do first

Of the second page the gate is the same as of any other: who is not logged in, owes a factor or
rests does that first, and comes back. The way back to the client is a page that goes on by itself,
since browsers let no form lead to another site (`form-action` of the content security policy).
"""

import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..base import clock
from ..base import request_id as reference
from ..base.errors import ProofRequired
from ..base.forms import form_of
from ..clients import asked as reading
from ..clients import authorising, pending
from ..clients.authorising import Judged, Step, Visit
from ..clients.id_tokens import issuer
from ..clients.refusals import ClientRefused, UnsafeAddress
from ..clients.signed_in_how import deed_for
from . import refusals
from .coming_back import asked_again_by_get
from .words import SCOPE_WORDS, heading_for, words_for

if TYPE_CHECKING:
    from ..clients.asked import Asked
    from ..clients.models import Client, PendingRequest


@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Both methods (OpenID Connect Core §3.1.2.1). Nothing is changed by it but that somebody who
    is logged in is known to the client that asks."""
    fields = (request.POST if request.method == "POST" else request.GET).dict()
    try:
        client = reading.client_and_address(fields)
    except UnsafeAddress as unsafe:
        return _unsafe(request, unsafe)
    try:
        asked = reading.read(fields)
        return _answered(request, client, asked) or _to_do(request, client, asked, fields)
    except ClientRefused as refused:
        refusals.record(request, refused, client=client, cause=refused.cause)
        return redirect(_address_with(fields["redirect_uri"], _error(refused, fields.get("state"))))


def _answered(request: HttpRequest, client: "Client", asked: "Asked") -> HttpResponse | None:
    """At once, or None where there is something to do first. Raises ClientRefused where nobody may
    be asked to do it."""
    ask_nobody = "none" in asked.prompts
    if request.asker is None:
        if ask_nobody and request.method == "POST":
            return asked_again_by_get(request)
        if ask_nobody:
            raise ClientRefused("login_required", "Nobody is logged in.", cause="prompt_none")
        return None
    visit = _visit(request, client, asked, None)
    try:
        judged = authorising.judge(visit)
    except ClientRefused:
        if ask_nobody:
            raise
        return None
    return redirect(_granted(visit, judged)) if judged.step is Step.NOTHING else None


def _to_do(
    request: HttpRequest, client: "Client", asked: "Asked", fields: dict[str, str]
) -> HttpResponse:
    waits = reverse("oidc_request", args=[pending.keep(client, fields).pk])
    if request.sign_in is not None:
        return redirect(waits)
    hint = {"login_hint": asked.login_hint} if asked.login_hint else {}
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': waits, **hint})}")


def _unsafe(request: HttpRequest, unsafe: UnsafeAddress) -> HttpResponse:
    client = reading.client_with_id(_field(request, "client_id"))
    refusals.record(request, None, client=client, cause=unsafe.cause)
    return page_of_refusal(request, unsafe.cause, name=unsafe.client_name, status=400)


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def page_of_refusal(
    request: HttpRequest, cause: str, *, name: str, status: int, way_back: str = ""
) -> HttpResponse:
    context = {
        "heading": heading_for(cause, name),
        "words": words_for(cause, name),
        "name": name,
        "way_back": way_back,
        "reference": reference.current(),
    }
    return render(request, "oidc/refused.jinja", context, status=status)


@require_http_methods(["GET", "POST"])
def request(request: HttpRequest, *, request_id: uuid.UUID) -> HttpResponse:
    waits = pending.waiting(request_id)
    asked = reading.read(waits.asked)
    try:
        if request.method == "POST":
            return _decided(request, waits)
        visit = _visit(request, waits.client, asked, waits)
        return _next(request, visit, authorising.judge(visit), waits)
    except ClientRefused as refused:
        return _refused(request, refused, waits)


def _visit(
    request: HttpRequest, client: "Client", asked: "Asked", waits: "PendingRequest | None"
) -> Visit:
    """What somebody else said before counts for nothing."""
    is_theirs = waits is not None and waits.session_id == request.sign_in.pk
    return Visit(
        client=client,
        asked=asked,
        asked_at=waits.asked_at if waits else clock.now(),
        session=request.sign_in,
        in_view=request.asker.organisation,
        chose=bool(is_theirs and waits and waits.chosen_at),
        agreed=bool(is_theirs and waits and waits.agreed_at),
    )


def _decided(request: HttpRequest, waits: "PendingRequest") -> HttpResponse:
    answer = form_of(request, "decision").get("decision")
    if answer == "refuse":
        raise ClientRefused("access_denied", "The person refused.", cause="person_refused")
    note = {"go_on": pending.note_chosen, "allow": pending.note_agreed}.get(answer or "")
    if note is not None:
        note(waits.pk, session=request.sign_in)
    return redirect("oidc_request", waits.pk)


def _next(
    request: HttpRequest, visit: Visit, judged: Judged, waits: "PendingRequest"
) -> HttpResponse:
    match judged.step:
        case Step.LOG_IN:
            here = reverse("oidc_request", args=[waits.pk])
            return redirect(f"{reverse('sign_in')}?{urlencode({'next': here})}")
        case Step.PROVE:
            raise proof_of(visit)
        case Step.PROVE_WITH_KEY:
            raise proof_of(visit, with_key="yes")
        case Step.NOTHING:
            pending.use_up(waits.pk)
            return _sent(request, visit.client, _granted(visit, judged))
    template = "choose" if judged.step is Step.CHOOSE else "agree"
    context = {
        "client": visit.client,
        "person": visit.person,
        "organisation": judged.spoken_for.organisation,
        "scopes": [SCOPE_WORDS[scope] for scope in visit.asked.scopes if scope in SCOPE_WORDS],
        "elsewhere": f"{reverse('sign_in')}?{urlencode({'next': request.path})}",
    }
    return render(request, f"oidc/{template}.jinja", context)


def proof_of(visit: Visit, *, with_key: str = "") -> ProofRequired:
    deed = deed_for(visit.session)
    return ProofRequired(
        "proof",
        act=deed.act.value,
        about=deed.about,
        name=visit.client.name,
        without="",
        with_key=with_key,
    )


def _granted(visit: Visit, judged: Judged) -> str:
    """The client's address with the code, and by whom it was given (RFC 9207)."""
    code = authorising.granted(visit, judged)
    told = {"code": code, "state": visit.asked.state, "iss": issuer()}
    return _address_with(visit.asked.redirect_uri, told)


def _sent(request: HttpRequest, client: "Client", address: str) -> HttpResponse:
    return render(request, "oidc/sent.jinja", {"client": client, "address": address})


def _refused(request: HttpRequest, refused: ClientRefused, waits: "PendingRequest") -> HttpResponse:
    """Who refused by themselves goes back at once; to others it is said why first."""
    refusals.record(request, refused, client=waits.client, cause=refused.cause)
    state = waits.asked.get("state")
    back = _address_with(waits.asked["redirect_uri"], _error(refused, state))
    if refused.cause == "person_refused":
        pending.use_up(waits.pk)
        return _sent(request, waits.client, back)
    name = waits.client.name
    return page_of_refusal(request, refused.cause, name=name, status=403, way_back=back)


def _error(refused: ClientRefused, state: str | None) -> dict[str, str]:
    told = {"error": refused.error, "error_description": refused.told, "iss": issuer()}
    return told | {"state": state or ""}


def _address_with(address: str, told: dict[str, str]) -> str:
    joined = "&" if "?" in address else "?"
    return address + joined + urlencode({name: text for name, text in told.items() if text})
