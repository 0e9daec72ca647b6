"""The audit trail of the organisation in view, as a page and as a file; and of one's own tokens."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ..audit import checkpoints, purging
from ..base import clock
from ..base.errors import InvalidInput, NotFound
from ..base.forms import form_of
from ..people.administrators import Act
from ..reports.trail import reading
from ..reports.trail.file import trail_file
from ..reports.trail.reading import Wanted
from ..reports.trail.viewed import note_viewed
from .downloads import sent_as_table
from .gate import administrator_page
from .history_words import events_in_words, told

CHOICES = ("person", "what", "since", "until", "key")
LONGEST = 254  # a user name; nobody is called by more, and no event


@administrator_page(Act.READ_TRAIL)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    wanted = wanted_from(request.GET, zone=request.asker.organisation.time_zone)
    entries = told(reading.of_organisation(request.asker.organisation_id, wanted))
    standing = checkpoints.standing()  # before there is an entry of this view
    note_viewed(request.asker)
    context = {
        "entries": entries,
        "events": events_in_words(),
        "chosen": {name: request.GET.get(name, "").strip() for name in CHOICES},
        "standing": standing,
        "days_kept": purging.DAYS_KEPT,
        "lag": clock.now() - standing.oldest if standing.oldest else None,
    }
    return render(request, "admin/audit.jinja", context)


@administrator_page(Act.READ_TRAIL)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes the trail away is in it."""
    form = form_of(request, *CHOICES)
    wanted = wanted_from(form, zone=request.asker.organisation.time_zone)
    lines = trail_file(request.asker, wanted)
    return sent_as_table(lines, f"audit-trail-{request.asker.organisation.code}.csv")


@require_safe
def my_history(request: HttpRequest) -> HttpResponse:
    """Of one's own keys. What an administrator is to do about it is not said."""
    entries = told(reading.of_own_keys(request.sign_in.person.pk))
    shown = [replace(line, next_step="") for line in entries]
    return render(request, "keys/history.jinja", {"entries": shown})


def wanted_from(fields: Mapping[str, str], *, zone: str) -> Wanted:
    """The days are the organisation's, and the last is in."""
    since, until = _day(fields, "since"), _day(fields, "until")
    return Wanted(
        person=_text(fields, "person"),
        code=_text(fields, "what"),
        since=clock.start_of(since, zone) if since else None,
        before=clock.start_of(until + timedelta(days=1), zone) if until else None,
        key_id=_key(fields.get("key", "").strip()),
    )


def _text(fields: Mapping[str, str], name: str) -> str:
    """SQLite compares with no pattern of more than 50,000 bytes."""
    value = fields.get(name, "").strip()
    if len(value) > LONGEST:
        raise InvalidInput("malformed", field=name)
    return value


def _key(value: str) -> uuid.UUID | None:
    """Raises NotFound, as for one that there never was."""
    try:
        return uuid.UUID(value) if value else None
    except ValueError as error:
        raise NotFound from error


def _day(fields: Mapping[str, str], name: str) -> date | None:
    value = fields.get(name, "").strip()
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError as error:
        raise InvalidInput("date", field=name) from error
    if day is not None and not date(2000, 1, 1) <= day <= date(9000, 1, 1):
        raise InvalidInput("date", field=name)
    return day
