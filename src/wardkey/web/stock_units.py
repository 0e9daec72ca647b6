"""A token of the stock: what became of it, whose registrations are on it, and what can be done."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput, Mistake
from ..base.forms import form_of
from ..inventory import custody, losses, queries
from ..inventory.registered import typed_on
from ..inventory.states import Step, may_step, unit_administered
from ..people.administrators import Act
from .gate import administrator_page, asks_for_proof_itself
from .key_words import state_words
from .notices import say_success
from .stock_words import DONE, SAID, STATES, TAGS
from .words import words

if TYPE_CHECKING:
    from ..inventory.models import Unit

GET_AND_POST = require_http_methods(["GET", "POST"])
BUTTONS: dict[str, Callable] = {
    Step.FIND: custody.find,
    Step.TAKE_BACK: custody.take_back,
    Step.PUT_BACK: custody.put_back,
    Step.RETIRE: custody.retire,
}


@administrator_page(Act.SEE_STOCK)
@require_safe
def unit(request: HttpRequest, *, unit_id: uuid.UUID) -> HttpResponse:
    return _page(request, unit_administered(request.asker, unit_id, Act.SEE_STOCK))


def _page(request: HttpRequest, found: "Unit", mistake: Mistake | None = None) -> HttpResponse:
    within = request.asker.organisations_for(Act.SEE_STOCK)
    keys, others = queries.keys_on(found, within)
    history = queries.history_of(found, within)
    context = {
        "unit": found,
        "holder_in_sight": queries.is_in_sight(found.holder, within),
        "keys": keys,
        "others": others,
        "typed": queries.keys_typed(found, within),
        "history": history,
        "states": STATES,
        "tags": TAGS,
        "done": DONE,
        "state_words": state_words,
        "may": {step.value for step in Step if may_step(found, step)} if _keeps(request) else set(),
        "form": request.POST,
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "") if mistake else "",
    }
    return render(request, "stock/unit.jinja", context, status=mistake.status if mistake else 200)


def _keeps(request: HttpRequest) -> bool:
    return request.asker.may(Act.KEEP_STOCK)


@administrator_page(Act.KEEP_STOCK)
@require_POST
def issue(request: HttpRequest, *, unit_id: uuid.UUID) -> HttpResponse:
    found = unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    form = form_of(request, "username")
    try:
        holder = custody.holder_named(request.asker, form.get("username", ""))
    except InvalidInput as mistake:
        return _page(request, found, mistake)
    custody.issue(asker=request.asker, unit_id=unit_id, holder=holder)
    said = _("{number} was issued to {name}.")
    say_success(request, said.format(number=found.serial_number, name=holder.name))
    return redirect("unit", unit_id)


@administrator_page(Act.KEEP_STOCK)
@require_POST
def step(request: HttpRequest, *, unit_id: uuid.UUID) -> HttpResponse:
    """One of the acts that need no more than a button."""
    found = unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    act = form_of(request, "act").get("act", "")
    if act not in BUTTONS:
        raise InvalidInput("malformed", field="act")
    BUTTONS[act](asker=request.asker, unit_id=unit_id)
    say_success(request, str(SAID[act]).format(number=found.serial_number))
    return redirect("unit", unit_id)


@administrator_page(Act.KEEP_STOCK)
@require_POST
def hand_on(request: HttpRequest, *, unit_id: uuid.UUID) -> HttpResponse:
    found = unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    code = form_of(request, "organisation").get("organisation", "")
    try:
        moved = custody.hand_on(asker=request.asker, unit_id=unit_id, code=code)
    except InvalidInput as mistake:
        return _page(request, found, mistake)
    said = _("{number} belongs to {name} now.")
    say_success(request, said.format(number=found.serial_number, name=moved.organisation.name))
    return redirect("unit", unit_id)


@administrator_page(Act.REPORT_UNITS_LOST)
@asks_for_proof_itself
@GET_AND_POST
def report_lost(request: HttpRequest, *, unit_id: uuid.UUID) -> HttpResponse:
    found = unit_administered(request.asker, unit_id, Act.REPORT_UNITS_LOST)
    if request.method == "GET":
        within = request.asker.organisations_for(Act.REPORT_UNITS_LOST)
        keys, others = queries.keys_on(found, within)
        typed = typed_on(request.asker, found)
        context = {"unit": found, "keys": [*keys, *typed.meant], "others": others}
        return render(request, "stock/lost.jinja", context | {"unclear": typed.unclear})
    form_of(request)
    _unit, suspended = losses.report_lost(asker=request.asker, unit_id=unit_id)
    said = ngettext(
        "%(number)s is reported lost, and %(count)s registration is suspended.",
        "%(number)s is reported lost, and %(count)s registrations are suspended.",
        suspended,
    )
    say_success(request, said % {"number": found.serial_number, "count": suspended})
    return redirect("unit", unit_id)
