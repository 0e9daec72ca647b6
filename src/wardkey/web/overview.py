"""Overview: how far the tokens reach, as counted each day, and the lists of those to look after.

An organisation below the one in view is asked for by its code: `?of=WARD7`; `only=yes` leaves out
those below it.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..organisations import tree
from ..people.access import covered_among
from ..people.administrators import Act
from ..people.reach import reaches_below
from ..reports.overview import counted
from ..reports.overview import list_file as overview_file
from ..reports.overview import lists as overview_lists
from ..reports.overview.lists import Kind
from . import overview_words
from .bodies import uuid_of
from .downloads import sent_as_table
from .gate import administrator_page
from .policy import organisation_asked

if TYPE_CHECKING:
    from ..organisations.models import Organisation

SEE = Act.SEE_OVERVIEW


@administrator_page(SEE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    organisation = _organisation(request)
    with_those_below = reaches_below(request.asker, SEE)
    course_of = counted.course_of_branch if with_those_below else counted.course_of_one
    course = course_of(organisation)
    context = {
        "organisation": organisation,
        "course": course,
        "days": _days(course),
        "is_late": bool(course) and (clock.now().date() - course[-1].day).days > 1,
        "words": overview_words,
        "reaches_below": with_those_below,
    }
    if course and with_those_below:
        context["below"], following = counted.below(organisation, course[-1].day, _from(request))
        context["next"] = _next(organisation, **{"from": following})
    return render(request, "overview/overview.jinja", context)


@administrator_page(SEE)
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    organisation, kind = _organisation(request), _kind(request)
    after = uuid_of(request.GET, "after") if request.GET.get("after") else None
    rows, following = overview_lists.page_of(kind, _within(request, organisation), after)
    holders = {row.person.pk: row.person for row in rows}
    registers = request.asker.may(Act.REGISTER_KEYS)
    act = Act.REGISTER_KEYS if registers else Act.SEE_KEYS
    context = {
        "organisation": organisation,
        "kind": kind,
        "rows": rows,
        "covered": covered_among(request.asker, holders.values(), act),
        "registers": registers,
        "only": _only(request),
        "words": overview_words,
        "is_of_people": kind in overview_lists.OF_PEOPLE,
        "next": _next(organisation, list=kind.value, only=_only(request), after=following),
    }
    return render(request, "overview/list.jinja", context)


@administrator_page(SEE)
@require_POST
def list_file(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes a list away is in the trail."""
    form_of(request)
    organisation, kind = _organisation(request), _kind(request)
    within = _within(request, organisation)
    lines = overview_file.list_file(request.asker, kind, organisation, within)
    return sent_as_table(lines, f"{kind.value}-{organisation.code}.csv")


def _organisation(request: HttpRequest) -> "Organisation":
    """The one in view is at hand."""
    return organisation_asked(request, SEE) if "of" in request.GET else request.asker.organisation


def _within(request: HttpRequest, organisation: "Organisation") -> "QuerySet[Organisation]":
    of = tree.alone if _only(request) else tree.branch
    return request.asker.organisations_for(SEE) & of(organisation)


def _only(request: HttpRequest) -> str:
    return "yes" if request.GET.get("only") == "yes" else ""


def _kind(request: HttpRequest) -> Kind:
    """What nobody offered is as good as nothing chosen."""
    text = request.GET.get("list", "")
    return Kind(text) if text in set(Kind) else Kind.WITHOUT_KEY


def _from(request: HttpRequest) -> int:
    """Raises InvalidInput where it is none that a page gave."""
    text = request.GET.get("from", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise InvalidInput("malformed", field="from")
    return int(text)


def _days(course: list[counted.Numbers]) -> list[counted.Numbers | None]:
    """Each of 90 days, None where it was not counted."""
    by_day = {each.day: each for each in course}
    return [by_day.get(day) for day in counted.days_until(course[-1].day)] if course else []


def _next(organisation: "Organisation", **chosen: object) -> str:
    """The address of the page after; empty on the last."""
    if None in chosen.values():
        return ""
    told = {name: str(value) for name, value in chosen.items() if value}
    return "?" + urlencode({"of": organisation.code, **told})
