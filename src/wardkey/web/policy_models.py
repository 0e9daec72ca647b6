"""The page on which an organisation chooses its key models, and the models' pictures.

What is chosen goes from page to page in the form itself: `chosen`, without those that this page
shows, and those of them that are ticked. Nothing is kept until the change is saved.
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..deciding import overview
from ..deciding.reach import keys_in_use_by_model
from ..keymodels import catalogue
from ..keymodels.plugs import plugs_told
from ..organisations.policy_values import LISTED, MODELS, MODELS_AT_MOST, Chosen
from ..people.administrators import Act
from . import policy_words
from .dates import fields_of
from .gate import administrator_page
from .policy import form_shown, organisation_asked, preview
from .words import weakness

if TYPE_CHECKING:
    from ..keymodels.models import KeyModel
    from ..organisations.models import Organisation

A_PAGE = 50
FIELDS = ("chosen", "shown", "model", "page", "q", "certified", "do")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The models on one page. `number` and `pages` count from 1."""

    models: "list[KeyModel]"
    number: int
    pages: int
    found: int


@administrator_page(Act.READ_POLICY)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """A search or the next page is sent too, so that what is ticked comes along."""
    organisation = organisation_asked(request, Act.READ_POLICY)
    question = overview.question_of(organisation, MODELS.name)
    return _page(request, organisation, question, _chosen(request, question.now))


@administrator_page(Act.DECIDE_POLICY, about=organisation_asked)
@require_POST
def review(request: HttpRequest) -> HttpResponse:
    organisation = organisation_asked(request, Act.DECIDE_POLICY)
    question = overview.question_of(organisation, MODELS.name)
    chosen = _chosen(request, question.now)
    try:
        return preview(request, organisation, MODELS.name, str(Chosen(LISTED, chosen)))
    except InvalidInput as mistake:
        return _page(request, organisation, question, chosen, mistake)


def _page(
    request: HttpRequest,
    organisation: "Organisation",
    question: overview.Question,
    chosen: frozenset[uuid.UUID],
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "may_decide": request.asker.may(Act.DECIDE_POLICY),
        "chosen": chosen,
        "now": question.now,
        "shelf": _shelf(request),
        "in_use": keys_in_use_by_model(organisation),
        "form": form_shown(request, "day", question.day),
        "asked": {"q": _words(request), "certified": _certified(request)},
        "catalogue": catalogue,
        "plugs": plugs_told(),
        "may_tell_plugs": request.asker.may(Act.TELL_PLUGS),
        "weakness": weakness,
        "mistake": mistake,
        "words": policy_words,
    }
    status = mistake.status if mistake else 200
    return render(request, "policy/key_models.jinja", context, status=status)


@administrator_page(Act.READ_POLICY)
@require_safe
def icon(request: HttpRequest, *, model_id: uuid.UUID) -> HttpResponse:
    """Metadata comes from makers: a picture is shown as one and can do nothing else."""
    kind, picture = catalogue.picture_for(model_id)
    response = HttpResponse(picture, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _chosen(request: HttpRequest, now: str) -> frozenset[uuid.UUID]:
    """At first those that are listed now."""
    if request.method == "GET":
        return frozenset(_ids(now.partition(":")[2]))
    form = form_of(request, *FIELDS, *fields_of("day"))
    kept = set(_ids(form.get("chosen", "")))
    kept -= set(_ids(form.get("shown", "")))
    return frozenset(kept | set(_ids(",".join(form.getlist("model")))))


def _ids(text: str) -> list[uuid.UUID]:
    """Those that are ids: what else was sent means no model."""
    return [uuid.UUID(part) for part in text.split(",")[:MODELS_AT_MOST] if _is_id(part)]


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _shelf(request: HttpRequest) -> Shelf:
    found = catalogue.models_found(words=_words(request), certified=_certified(request))
    pages = max(1, -(-len(found) // A_PAGE))
    number = _page_after(request, pages)
    start = (number - 1) * A_PAGE
    return Shelf(models=found[start : start + A_PAGE], number=number, pages=pages, found=len(found))


def _page_after(request: HttpRequest, pages: int) -> int:
    here = _small_number(request, "page") or 1
    step = {"next": 1, "previous": -1}.get(request.POST.get("do", ""))
    return min(max(1, here + step), pages) if step else 1


def _small_number(request: HttpRequest, name: str) -> int:
    """0 where none was sent."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _words(request: HttpRequest) -> str:
    return (request.POST.get("q") or request.GET.get("q", ""))[:100].strip()


def _certified(request: HttpRequest) -> int:
    return min(_small_number(request, "certified"), 6)
