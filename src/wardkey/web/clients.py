"""Applications to which people log in: added, changed, given secrets, used by organisations."""

import json
import uuid
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..clients import application_roles, client_secrets, registering, uses
from ..clients.assurance import REFUSED, Assurance
from ..clients.id_tokens import issuer
from ..people.administrators import Act
from .api_tokens import typed
from .gate import administrator_page, organisation_typed
from .notices import say_success

if TYPE_CHECKING:
    from ..clients.models import Client

GET_AND_POST = require_http_methods(["GET", "POST"])
FIELDS = (
    *("name", "redirect_uris", "logout_redirect_uris", "logout_uri", "jwks"),
    *("assurance", "on_devices"),
)
NOT_AT_ALL = gettext_lazy("Not at all")
ON_DEVICES = gettext_lazy("People may log in to it on devices without a browser")


@administrator_page(Act.SEE_APPLICATIONS)
@require_safe
def client(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    found = registering.client_seen_from(request.asker, client_id)
    is_own = found.organisation_id == request.asker.organisation_id
    context = {
        "client": found,
        "is_own": is_own,
        "issuer": issuer(),
        "secrets": client_secrets.secrets_of(found) if is_own else [],
        "uses": uses.uses_of(request.asker, found),
        "decision_words": decision_words,
        "gives": application_roles.decided_about(request.asker, found),
        "holders": application_roles.GIVEN_TO,
        "asks": str(Assurance(found.assurance).label),
    }
    return render(request, "clients/client.jinja", context)


def decision_words(decision: str) -> str:
    return str(NOT_AT_ALL) if decision == REFUSED else str(Assurance(decision).label)


@administrator_page(Act.MANAGE_CLIENTS)
@GET_AND_POST
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _ask(request, None)
    fields = _fields_of(request)
    try:
        made = registering.register_client(asker=request.asker, **fields)
    except InvalidInput as mistake:
        return _ask(request, None, mistake)
    say_success(request, _("The application “{name}” was added.").format(name=made.name))
    return redirect("client", made.pk)


@administrator_page(Act.MANAGE_CLIENTS)
@GET_AND_POST
def edit(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    found = registering.client_here(request.asker, client_id)
    if request.method == "GET":
        return _ask(request, found)
    fields = _fields_of(request)
    try:
        registering.change_client(asker=request.asker, client_id=client_id, **fields)
    except InvalidInput as mistake:
        return _ask(request, found, mistake)
    say_success(request, _("The application was changed."))
    return redirect("client", client_id)


def _fields_of(request: HttpRequest) -> dict[str, Any]:
    form = form_of(request, *FIELDS)
    return {name: form.get(name, "") for name in FIELDS}


def _ask(
    request: HttpRequest, found: "Client | None", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {"client": found, **typed(request, mistake)}
    chosen = request.POST.get("assurance", Assurance.KEY)
    if found and request.method == "GET":
        context["typed"] = _as_typed(found)
        chosen = found.assurance
    context["levels"] = _levels(chosen)
    context["on_devices"] = [_on_devices(request, found)]
    status = mistake.status if mistake else 200
    return render(request, "clients/edit.jinja", context, status=status)


def _on_devices(request: HttpRequest, found: "Client | None") -> dict:
    is_now = bool(found and found.on_devices)
    checked = is_now if request.method == "GET" else "on_devices" in request.POST
    return {"value": registering.YES, "text": ON_DEVICES, "checked": checked}


def _as_typed(found: "Client") -> dict[str, str]:
    return {
        "name": found.name,
        "redirect_uris": "\n".join(found.redirect_uris),
        "logout_redirect_uris": "\n".join(found.logout_redirect_uris),
        "logout_uri": found.logout_uri,
        "jwks": json.dumps(found.jwks, indent=2) if found.jwks else "",
    }


def _levels(chosen: str) -> list[dict]:
    return [
        {"value": each.value, "text": each.label, "checked": each.value == chosen}
        for each in Assurance
    ]


@administrator_page(Act.MANAGE_CLIENTS)
@GET_AND_POST
def make_secret(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    found = registering.client_here(request.asker, client_id)
    if request.method == "GET":
        return render(request, "clients/secret.jinja", {"client": found})
    form_of(request)
    found, secret = client_secrets.make_secret(asker=request.asker, client_id=client_id)
    return render(request, "clients/made.jinja", {"client": found, "secret": secret})


@administrator_page(Act.MANAGE_CLIENTS, about=organisation_typed)
@GET_AND_POST
def use(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    found = registering.client_seen_from(request.asker, client_id)
    if request.method == "GET":
        return _ask_for_use(request, found)
    form = form_of(request, "organisation", "decision")
    try:
        decided = uses.decide_use(
            asker=request.asker,
            client_id=client_id,
            code=form.get("organisation", ""),
            decision=form.get("decision", ""),
        )
    except InvalidInput as mistake:
        return _ask_for_use(request, found, mistake)
    said = _("Decided for {name}.").format(name=decided.organisation.name)
    say_success(request, said)
    return redirect("client", client_id)


def _ask_for_use(
    request: HttpRequest, found: "Client", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {"client": found, **typed(request, mistake)}
    if request.method == "GET":
        context["typed"] = {"organisation": request.asker.organisation.code}
    refused = {"value": REFUSED, "text": NOT_AT_ALL}
    context["decisions"] = [*_levels(request.POST.get("decision", "")), refused]
    status = mistake.status if mistake else 200
    return render(request, "clients/use.jinja", context, status=status)


@administrator_page(Act.STOP_APPLICATIONS)
@GET_AND_POST
def end(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    found = registering.client_here(request.asker, client_id)
    if request.method == "GET":
        return render(request, "clients/end.jinja", {"client": found})
    form_of(request)
    registering.end_client(asker=request.asker, client_id=client_id)
    say_success(request, _("The application “{name}” has ended.").format(name=found.name))
    return redirect("applications")
