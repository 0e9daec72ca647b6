"""Choosing a security token: the certified models, by what matters, and some of them side by side.

What is asked for stands in the address, so that a colleague can be sent it. What is ticked to be
compared goes from page to page in the same form. A value that there is not means nothing, as
everywhere; whoever is not signed in has no policy and uses no model.
"""

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..deciding.reach import keys_in_use_by_model
from ..keymodels import catalogue
from ..keymodels.choosing import (
    FEWEST,
    LEVELS,
    MOST,
    Wish,
    certificate_numbers,
    fitting,
    is_let_in,
    side_by_side,
)
from ..keymodels.plugs import PLUGS, plugs_told
from ..keymodels.policy import ModelPolicy
from ..keys.judging import model_policy
from ..organisations.policy import policy_of
from .contents import place_of
from .front import show

if TYPE_CHECKING:
    from ..keymodels.models import KeyModel
    from ..organisations.models import Organisation

A_PAGE = 24
PIN_LENGTHS = (4, 6, 8)
CHOSEN_AT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the portal knows of whoever asks: of those who are not signed in, nothing."""

    organisation: "Organisation | None" = None
    policy: ModelPolicy | None = None
    in_use: dict[uuid.UUID, int] = field(default_factory=dict)


@require_safe
def choosing(request: HttpRequest) -> HttpResponse:
    return _list(request, status=200)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four models; otherwise the list again, which says so."""
    models = side_by_side(_chosen(request))
    if not FEWEST <= len(models) <= MOST:
        return _list(request, status=400)
    context = _facts(_reader(request)) | {"models": models, "asked": request.GET.urlencode()}
    return show(request, "guide/compare.jinja", **context)


@require_safe
def picture(request: HttpRequest, *, model_id: uuid.UUID) -> HttpResponse:
    """It is shown as a picture, and can do nothing else."""
    kind, drawn = catalogue.picture_for(model_id)
    response = HttpResponse(drawn, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _list(request: HttpRequest, *, status: int) -> HttpResponse:
    reader = _reader(request)
    wish = _wish(request, reader)
    found = fitting(wish, in_use=reader.in_use)
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, _number(request, "page")), pages)
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    chosen = _chosen(request)
    context = _facts(reader) | {
        "guide_place": place_of(reverse("choosing")),
        "wish": wish,
        "found": len(found),
        "models": shown,
        "chosen": set(chosen),
        "kept": [id for id in chosen if id not in {model.pk for model in shown}],
        "number": number,
        "pages": pages,
        "levels": LEVELS,
        "pin_lengths": PIN_LENGTHS,
        "plug_names": PLUGS,
        "mistake": status != 200,
    }
    response = show(request, "guide/choosing.jinja", **context)
    response.status_code = status
    return response


def _facts(reader: Reader) -> dict:
    """What the templates ask of each model."""
    return {
        "reader": reader,
        "features": catalogue.features,
        "plugs": plugs_told(),
        "certificate_numbers": certificate_numbers,
        "certificate_address": lambda number: settings.CERTIFICATES_URL.replace("{number}", number),
        "each_has_its_page": "{number}" in settings.CERTIFICATES_URL,
        "is_let_in": lambda model: _is_let_in(model, reader),
    }


def _is_let_in(model: "KeyModel", reader: Reader) -> bool:
    return reader.policy is not None and is_let_in(model, reader.policy)


def _reader(request: HttpRequest) -> Reader:
    """Administrators choose for the organisation in view, everybody else for their own."""
    if request.asker is None:
        return Reader()
    organisation = request.asker.organisation or request.asker.person.home
    return Reader(
        organisation=organisation,
        policy=model_policy(policy_of(organisation)),
        in_use=keys_in_use_by_model(organisation),
    )


def _wish(request: HttpRequest, reader: Reader) -> Wish:
    unlocked_by = request.GET.get("unlocked", "")
    plug = request.GET.get("plug", "")
    pin_length = _number(request, "pin")
    wish = Wish(
        words=request.GET.get("q", "")[:100].strip(),
        certified=min(max(LEVELS[0][0], _number(request, "certified")), LEVELS[-1][0]),
        unlocked_by=unlocked_by if unlocked_by in {"pin", "fingerprint"} else "",
        connections=frozenset(each for each in ("wired", "nfc") if request.GET.get(each) == "yes"),
        plug=plug if plug in PLUGS else "",
        pin_length=pin_length if pin_length in PIN_LENGTHS else 0,
    )
    return replace(wish, policy=reader.policy) if request.GET.get("policy") == "yes" else wish


def _chosen(request: HttpRequest) -> list[uuid.UUID]:
    """Those that are ids, each once, in the order of the form."""
    told = request.GET.getlist("model")[:CHOSEN_AT_MOST]
    return list(dict.fromkeys(uuid.UUID(text) for text in told if _is_id(text)))


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _number(request: HttpRequest, name: str) -> int:
    """0 where none was sent, or no small one."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
