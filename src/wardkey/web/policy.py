"""Policy: what counts in an organisation, and how it is changed.

An organisation below the one in view is asked for by its code: `?of=WARD7`. A change is seen
before it is saved: the form's answer is the preview, and that one's form saves.
"""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..deciding import changes, exceptions, overview
from ..keymodels.catalogue import names_of
from ..organisations import tree
from ..organisations.policy_values import LISTED, MODELS, lets_nobody_in
from ..people.access import covered_among
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from . import policy_words
from .dates import as_fields, date_of, fields_of
from .gate import administrator_page
from .notices import say_success

if TYPE_CHECKING:
    from ..organisations.models import Organisation
    from ..people.models import Person


def organisation_asked(request: HttpRequest, act: Act) -> "Organisation":
    code = request.GET.get("of") or request.asker.organisation.code
    return organisation_administered_by(request.asker, code, act)


@administrator_page(Act.READ_POLICY)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    organisation = organisation_asked(request, Act.READ_POLICY)
    lines = overview.overview_of(organisation)
    within = request.asker.organisations_for(Act.READ_POLICY)
    excepted = exceptions.exceptions_near(within & tree.branch(organisation))
    context = {
        "organisation": organisation,
        "lines": lines,
        "listed": names_of({id for line in lines for id in line.standing.chosen.models}),
        "exceptions": excepted,
        "may_open": _may_open(request, [each.person for each in excepted]),
        "below": overview.below(organisation, within=within),
        "may_decide": request.asker.may(Act.DECIDE_POLICY),
        "words": policy_words,
    }
    return render(request, "policy/overview.jinja", context)


@administrator_page(Act.DECIDE_POLICY, about=organisation_asked)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, *, name: str) -> HttpResponse:
    organisation = organisation_asked(request, Act.DECIDE_POLICY)
    if request.method == "GET":
        return _form(request, organisation, name)
    chosen = form_of(request, "value", *fields_of("day")).get("value", "")
    if name == MODELS.name and chosen == LISTED:
        return redirect(address("key_models", organisation))
    try:
        return preview(request, organisation, name, chosen)
    except InvalidInput as mistake:
        return _form(request, organisation, name, mistake)


def preview(
    request: HttpRequest,
    organisation: "Organisation",
    name: str,
    chosen: str,
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    """Raises InvalidInput as `propose` does; `mistake` is what else is wrong."""
    changes.value_named(name)  # before anything is looked up under it
    seen = changes.newest_decision(organisation, name)
    proposal = changes.propose(
        organisation=organisation, name=name, chosen=chosen, day=date_of(request.POST, "day")
    )
    is_list = name == MODELS.name and proposal.row.value.startswith(LISTED)
    context = {
        "proposal": proposal,
        "organisation": organisation,
        "reach": proposal.reach,
        "may_open": _may_open(request, proposal.reach.named),
        "added": names_of(proposal.listed - proposal.standing.chosen.models),
        "dropped": names_of(proposal.standing.chosen.models - proposal.listed) if is_list else [],
        "name": name,
        "seen": seen,
        "sent": request.POST,
        "lets_nobody_in": lets_nobody_in(proposal.row.value),
        "mistake": mistake,
        "words": policy_words,
        "back": address("key_models", organisation)
        if is_list
        else address("policy_change", organisation, name),
    }
    status = mistake.status if mistake else 200
    return render(request, "policy/preview.jinja", context, status=status)


@administrator_page(Act.DECIDE_POLICY, about=organisation_asked)
@require_POST
def save(request: HttpRequest, *, name: str) -> HttpResponse:
    organisation = organisation_asked(request, Act.DECIDE_POLICY)
    form = form_of(request, "value", "seen", "nobody", *fields_of("day"))
    chosen = form.get("value", "")
    try:
        if lets_nobody_in(chosen) and form.get("nobody") != "yes":
            # A list that was emptied by mistake is asked about; it never means that all are let in.
            not_meant = InvalidInput("policy_nobody", field="nobody")
            return preview(request, organisation, name, chosen, not_meant)
        row = changes.decide(
            asker=request.asker,
            organisation=organisation,
            name=name,
            chosen=chosen,
            day=date_of(form, "day"),
            seen=_number(form, "seen"),
        )
    except InvalidInput as mistake:
        return _form(request, organisation, name, mistake)
    say_success(request, _saved(row.name, row.value, date_of(form, "day")))
    return redirect(address("policy", organisation))


def _saved(name: str, text: str, day: date) -> str:
    return _("{title}: {choice}, from {day}.").format(
        title=policy_words.title(name),
        choice=policy_words.choice_words(name, text),
        day=formats.date_format(day, "j F Y"),
    )


@administrator_page(Act.DECIDE_POLICY, about=organisation_asked)
@require_POST
def withdraw(request: HttpRequest, *, name: str) -> HttpResponse:
    organisation = organisation_asked(request, Act.DECIDE_POLICY)
    decision_id = _number(form_of(request, "decision"), "decision")
    row = changes.withdraw(
        asker=request.asker, organisation=organisation, name=name, decision_id=decision_id
    )
    title = policy_words.title(row.name)
    say_success(request, _("{title}: the change was withdrawn.").format(title=title))
    return redirect(address("policy", organisation))


def _form(
    request: HttpRequest,
    organisation: "Organisation",
    name: str,
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    question = overview.question_of(organisation, name)
    context = {
        "organisation": organisation,
        "question": question,
        "chosen": request.POST.get("value") or question.now,
        "form": form_shown(request, "day", question.day),
        "mistake": mistake,
        "words": policy_words,
    }
    status = mistake.status if mistake else 200
    return render(request, "policy/change.jinja", context, status=status)


def _may_open(request: HttpRequest, people: "list[Person]") -> set[UUID]:
    """Whose pages the asker may open: not those whose roles go beyond the asker's."""
    return covered_among(request.asker, people, Act.SEE_KEYS) if people else set()


def form_shown(request: HttpRequest, name: str, day: date) -> dict[str, int] | QueryDict:
    """What was sent, or the day that is suggested."""
    return request.POST if f"{name}-day" in request.POST else as_fields(name, day)


def _number(form: QueryDict, name: str) -> int:
    text = form.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("malformed", field=name)
    return int(text)


def address(name: str, organisation: "Organisation", *args: object) -> str:
    return f"{reverse(name, args=args)}?of={organisation.code}"
