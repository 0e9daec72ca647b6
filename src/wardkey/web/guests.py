"""Guests, and the tokens that are to come back from them and from who moved."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..lifecycle import loans, visiting
from ..people.administrators import Act
from .gate import administrator_page, asks_for_proof_itself
from .notices import say_success
from .words import words

SETTLED: dict[str, Callable] = {
    "ask": loans.ask_back,
    "returned": loans.settle_returned,
    "given": loans.settle_given,
}


@administrator_page(Act.FIND_PEOPLE)
@require_safe
def guests(request: HttpRequest) -> HttpResponse:
    visits = visiting.guests_at(request.asker.organisations_for(Act.FIND_PEOPLE))
    context = {
        "visits": visits,
        "at_most": visiting.SHOWN_AT_MOST,
        "last_day_of": visiting.last_day_of,
        "may_lend": request.asker.may(Act.LET_PEOPLE_GO),
    }
    return render(request, "lifecycle/guests.jinja", context)


@administrator_page(Act.LET_PEOPLE_GO)
@asks_for_proof_itself
@require_http_methods(["GET", "POST"])
def lend_to_guest(request: HttpRequest, *, visit_id: int) -> HttpResponse:
    visit = visiting.visit_here(request.asker, visit_id)
    if request.method == "GET":
        return render(request, "lifecycle/lend.jinja", {"visit": visit})
    described = form_of(request, "described").get("described", "")
    try:
        loans.lend_to_guest(asker=request.asker, visit=visit, described=described)
    except InvalidInput as mistake:
        context = {"visit": visit, "described": described, "mistake": words(mistake)}
        return render(request, "lifecycle/lend.jinja", context, status=mistake.status)
    say_success(request, _("Noted: it is to be collected when the visit is over."))
    return redirect("tokens_to_collect")


@administrator_page(Act.SEE_KEYS)
@require_safe
def tokens_to_collect(request: HttpRequest) -> HttpResponse:
    within = request.asker.organisations_for(Act.SEE_KEYS)
    open_ones = loans.in_sight_of(within)
    owners = within.filter(pk__in={each.owner_id for each in open_ones})
    ours = set(owners.values_list("pk", flat=True))
    context = {
        "to_collect": [each for each in open_ones if each.owner_id in ours],
        "to_return": [each for each in open_ones if each.owner_id not in ours],
        "today": clock.today(request.asker.organisation.time_zone),
        "at_most": loans.SHOWN_AT_MOST,
        "may_settle": request.asker.may(Act.LET_PEOPLE_GO),
    }
    return render(request, "lifecycle/tokens_to_collect.jinja", context)


@administrator_page(Act.LET_PEOPLE_GO)
@asks_for_proof_itself
@require_http_methods(["GET", "POST"])
def token_to_collect(request: HttpRequest, *, transfer_id: uuid.UUID) -> HttpResponse:
    transfer = loans.transfer_owned(request.asker, transfer_id)
    if request.method == "GET":
        return render(request, "lifecycle/token_to_collect.jinja", {"transfer": transfer})
    settle = SETTLED.get(form_of(request, "done").get("done", ""))
    if settle is None:
        raise InvalidInput("malformed")
    settle(asker=request.asker, transfer_id=transfer_id)
    say_success(request, _("“{what}”: noted.").format(what=transfer.described))
    return redirect("tokens_to_collect")
