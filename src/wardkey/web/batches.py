"""Admin → Register a batch: whom it is for, how far each is; a batch is made, extended, deleted.

The desk, at which its people get their tokens, is in batch_desk.py.
"""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..batches import judging, making, queries
from ..people.administrators import Act
from ..people.queries import people_found
from .batch_words import STATES, VERDICTS
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..batches.models import Batch


@administrator_page(Act.KEEP_BATCHES)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    context = {"batches": queries.latest(request.asker), "at_most": making.AT_MOST}
    return render(request, "batches/list.jinja", context)


@administrator_page(Act.KEEP_BATCHES)
@require_safe
def batch(request: HttpRequest, *, batch_id: uuid.UUID) -> HttpResponse:
    found = queries.batch_of(request.asker, batch_id)
    context = {
        "batch": found,
        "seats": queries.seats_of(request.asker, found),
        "states": STATES,
        "kept_for_days": making.KEPT_FOR.days,
    }
    return render(request, "batches/batch.jinja", context)


@administrator_page(Act.KEEP_BATCHES)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, *, batch_id: uuid.UUID | None = None) -> HttpResponse:
    """Names are pasted, and previewed; or people are searched for."""
    extended = _extended(request, batch_id)
    if request.method == "GET":
        return _choice(request, extended)
    names = form_of(request, "names").get("names", "")
    try:
        lines = judging.preview(asker=request.asker, text=names, batch=extended)
    except InvalidInput as mistake:
        return _choice(request, extended, names=names, mistake=mistake)
    return _preview(request, extended, lines, names=names)


def _extended(request: HttpRequest, batch_id: uuid.UUID | None) -> "Batch | None":
    return queries.batch_of(request.asker, batch_id) if batch_id else None


def _choice(
    request: HttpRequest,
    extended: "Batch | None",
    *,
    names: str = "",
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    asked = request.GET.get("q", "")[:200].strip()
    within = request.asker.organisations_for(Act.REGISTER_KEYS)
    found = people_found(words=asked, within=within)
    context = {
        "batch": extended,
        "asked": asked,
        "found": judging.judged(asker=request.asker, people=found, batch=extended),
        "verdicts": VERDICTS,
        "names": names,
        "mistake": words(mistake) if mistake else "",
        "mistake_at": mistake.details["field"] if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "batches/choose.jinja", context, status=status)


def _preview(
    request: HttpRequest,
    extended: "Batch | None",
    lines: list[judging.Line],
    *,
    names: str,
) -> HttpResponse:
    context = {
        "batch": extended,
        "found": [line.people[0] for line in lines if line.verdict in judging.FITTING],
        "to_choose": [line for line in lines if line.verdict == judging.Verdict.SEVERAL],
        "others": [line for line in lines if not line.can_be_chosen],
        "verdicts": VERDICTS,
        "names": names,
    }
    return render(request, "batches/preview.jinja", context)


@administrator_page(Act.KEEP_BATCHES)
@require_POST
def save(request: HttpRequest, *, batch_id: uuid.UUID | None = None) -> HttpResponse:
    """Of those who were chosen, whoever cannot get a token by now is left out."""
    extended = _extended(request, batch_id)
    ids = _chosen(request)
    try:
        if extended:
            seated = making.add(asker=request.asker, batch=extended, person_ids=ids)
        else:
            extended, seated = making.make(asker=request.asker, person_ids=ids)
    except InvalidInput as mistake:
        return _choice(request, extended, mistake=mistake)
    say_success(request, _saved(seated, left_out=len(ids) - seated))
    return redirect("batch", batch_id=extended.pk)


def _chosen(request: HttpRequest) -> list[uuid.UUID]:
    """Whoever made a value up chose nobody with it."""
    form = form_of(request, "person")
    try:
        return list(dict.fromkeys(map(uuid.UUID, form.getlist("person"))))
    except ValueError as error:
        raise InvalidInput("malformed", field="person") from error


def _saved(seated: int, *, left_out: int) -> str:
    said = ngettext(
        "{number} person is on the list.", "{number} people are on the list.", seated
    ).format(number=seated)
    if not left_out:
        return said
    return (
        said
        + " "
        + _("Left out, as they cannot get a token now: {number}.").format(number=left_out)
    )


@administrator_page(Act.KEEP_BATCHES)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, *, batch_id: uuid.UUID) -> HttpResponse:
    found = queries.batch_of(request.asker, batch_id)
    if request.method == "GET":
        return render(request, "batches/delete.jinja", {"batch": found})
    form_of(request)
    making.delete(asker=request.asker, batch=found)
    say_success(request, _("The batch was deleted. Nobody’s token has changed."))
    return redirect("batches")
