"""Exceptions: the register of those who are let off something, and who can log in without a token.

An organisation below the one in view is asked for by its code: `?of=WARD7`.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..organisations import tree
from ..people.access import covered_among
from ..people.administrators import Act
from ..reports.exceptions import files, without_token
from ..reports.exceptions import register as exceptions
from ..reports.exceptions.register import Which
from ..reports.exceptions.without_token import Way
from . import exception_words, policy_words
from .bodies import uuid_of
from .downloads import sent_as_table
from .gate import administrator_page
from .policy import organisation_asked

if TYPE_CHECKING:
    from ..organisations.models import Organisation


@administrator_page(Act.READ_POLICY)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    organisation = _organisation(request)
    within = request.asker.organisations_for(Act.READ_POLICY) & tree.branch(organisation)
    which, after = _which(request.GET.get("state", "")), _after(request)
    entries, following = exceptions.page_of_register(within, which, after)
    shown = [entry.exception.person for entry in entries]  # some may be elsewhere by now
    context = {
        "organisation": organisation,
        "entries": entries,
        "which": which,
        "covered": covered_among(request.asker, shown, Act.READ_POLICY),
        "next": _next(organisation, after=following, state=which.value),
        **_words(request),
    }
    return render(request, "policy/register.jinja", context)


@administrator_page(Act.READ_POLICY)
@require_POST
def register_file(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes the register away is in the trail."""
    form = form_of(request, "state")
    organisation = _organisation(request)
    which = _which(form.get("state", ""))
    lines = files.register_file(request.asker, organisation, which)
    return sent_as_table(lines, f"exceptions-{organisation.code}.csv")


@administrator_page(Act.READ_POLICY)
@require_safe
def without(request: HttpRequest) -> HttpResponse:
    """Today: how many by each way that there is, or who they are by one of these."""
    organisation = _organisation(request)
    around = files.around_of(request.asker, organisation)
    context = {"organisation": organisation, "way": _way(request), **_words(request)}
    if not context["way"]:
        context["numbers"] = without_token.numbers(around)
        return render(request, "policy/without_token.jinja", context)
    after = uuid_of(request.GET, "after") if request.GET.get("after") else None
    people, following = without_token.page_of_way(around, context["way"], after)
    shown = [each.person for each in people]
    context |= {
        "people": people,
        "covered": covered_among(request.asker, shown, Act.READ_POLICY),
        "next": _next(organisation, after=following, way=context["way"].value),
    }
    return render(request, "policy/without_token.jinja", context)


@administrator_page(Act.READ_POLICY)
@require_POST
def without_file(request: HttpRequest) -> HttpResponse:
    form_of(request)
    organisation = _organisation(request)
    lines = files.without_token_file(request.asker, organisation)
    return sent_as_table(lines, f"without-token-{organisation.code}.csv")


def _words(request: HttpRequest) -> dict:
    return {
        "words": exception_words,
        "policy_words": policy_words,
        "may_open": request.asker.may(Act.SEE_KEYS),
    }


def _which(text: str) -> Which:
    """What nobody offered is as good as nothing chosen."""
    return Which(text) if text in set(Which) else Which.RUNNING


def _way(request: HttpRequest) -> Way | None:
    text = request.GET.get("way", "")
    return Way(text) if text in set(Way) else None


def _organisation(request: HttpRequest) -> "Organisation":
    """The one in view is at hand."""
    return (
        organisation_asked(request, Act.READ_POLICY)
        if "of" in request.GET
        else request.asker.organisation
    )


def _after(request: HttpRequest) -> exceptions.Place | None:
    """Raises InvalidInput where it is none that a page gave."""
    text = request.GET.get("after", "")
    try:
        return exceptions.place_in(text) if text else None
    except (ValueError, OverflowError) as error:
        raise InvalidInput("malformed", field="after") from error


def _next(organisation: "Organisation", *, after: object, **chosen: str) -> str:
    """The address of the page after; empty on the last."""
    if after is None:
        return ""
    return "?" + urlencode({"of": organisation.code, **chosen, "after": str(after)})
