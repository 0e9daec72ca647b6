"""API tokens: one's own, each to end; made with a fresh proof, and shown once."""

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..sessions import api_tokens, making_api_tokens
from ..sessions.scopes import Scope
from .desks import Desk
from .notices import say_success
from .words import words

LASTS = {
    "8h": (timedelta(hours=8), gettext_lazy("8 hours")),
    "30d": (timedelta(days=30), gettext_lazy("30 days")),
    "90d": (timedelta(days=90), gettext_lazy("90 days")),
}
NO_TIME = timedelta(0)


@require_safe
def my_api_tokens(request: HttpRequest) -> HttpResponse:
    held = api_tokens.api_tokens_of(request.asker.person)
    return render(request, "programs/own.jinja", {"held": held, "scope_words": scope_words})


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, _desk: Desk) -> HttpResponse:
    if request.method == "GET":
        return _ask(request)
    form = form_of(request, "name", "scopes", "lasts")
    try:
        made, secret = making_api_tokens.make_own(
            asker=request.asker,
            name=form.get("name", ""),
            wanted=form.getlist("scopes"),
            lasts=lasts_of(form.get("lasts", "")),
        )
    except InvalidInput as mistake:
        return _ask(request, mistake)
    context = {"made": made, "secret": secret, "way_on": "my_api_tokens", "of_whom": []}
    return render(request, "programs/made.jinja", context)


def _ask(request: HttpRequest, mistake: InvalidInput | None = None) -> HttpResponse:
    context = {
        "application": None,
        "scopes": scopes_to_choose(request.POST.getlist("scopes")),
        "lasts": lasts_to_choose("8h"),
        **typed(request, mistake),
    }
    status = mistake.status if mistake else 200
    return render(request, "programs/make.jinja", context, status=status)


@require_POST
def end(request: HttpRequest, *, api_token_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    api_tokens.end_own(asker=request.asker, api_token_id=api_token_id)
    say_success(request, _("The API token has ended."))
    return redirect("my_api_tokens")


def lasts_of(choice: str) -> timedelta:
    """No time at all where nothing was chosen, which the flow refuses."""
    return LASTS[choice][0] if choice in LASTS else NO_TIME


def lasts_to_choose(usual: str) -> list[dict]:
    return [
        {"value": name, "text": text, "checked": name == usual} for name, (_, text) in LASTS.items()
    ]


def scopes_to_choose(chosen: list[str]) -> list[dict]:
    return [
        {"value": each.value, "text": each.label, "checked": each.value in chosen} for each in Scope
    ]


def scope_words(scopes: list[str]) -> list[str]:
    return [str(Scope(each).label) for each in scopes]


def typed(request: HttpRequest, mistake: InvalidInput | None) -> dict:
    return {
        "typed": request.POST,
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "name") if mistake else "",
    }
