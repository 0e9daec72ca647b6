"""What each row of a file would do, by how things are now.

judge     rows of one batch, each as a staged row with its drafts for the audit trail

A row is about the person whom the organisation knows by its external id. Without one it is about
somebody new, or about one of its people who has no external id yet and both whose names it gives.
Whoever belongs elsewhere is not known here: a number of theirs is nobody's, their user name cannot
be had, and that reads as for a name that nobody can have.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from ..base import clock, codes
from ..base.text import search_form
from ..lifecycle.leaving import AHEAD_AT_MOST, STAYS_OPEN
from ..organisations.models import Organisation
from ..people.models import Person, Standing, Status
from .cells import Entry, Unfit
from .importers import Importer
from .judged import JudgedRow
from .models import Kind
from .surroundings import Around

LONGEST_LOOK_BACK = timedelta(days=100 * 366)


def judge(entries: Iterable[Entry | JudgedRow], *, importer: Importer, around: Around) -> Iterator:
    """Rows that were refused already stay so."""
    for entry in entries:
        if isinstance(entry, JudgedRow):
            yield entry
            continue
        try:
            row = _judge(entry, importer, around)
        except Unfit as unfit:
            row = refused(entry.line, unfit, entry=entry)
        around.lines[entry.external_id] = entry.line
        if row.kind == Kind.ADD:
            around.taken[entry.username_key] = entry.line
        yield row


def refused(line: int, unfit: Unfit, *, entry: Entry | None = None) -> JudgedRow:
    return JudgedRow(
        line=line,
        kind=Kind.REFUSED,
        external_id=entry.external_id if entry else "",
        shown_username=entry.username if entry else "",
        fault=unfit.fault,
        column=unfit.column,
        value=unfit.value,
    )


def _judge(entry: Entry, importer: Importer, around: Around) -> JudgedRow:
    if entry.external_id in around.lines:
        before = str(around.lines[entry.external_id])
        raise Unfit("twice", "external_id", f"{entry.external_id} ({before})")
    person = around.numbered.get(entry.external_id)
    if person is not None and importer.reaches(person.home):
        return _about(person, entry, importer, around)
    if entry.external_id in around.erased:
        # A file goes on naming those who left, with their last day.
        return JudgedRow(line=entry.line, kind=Kind.UNCHANGED, external_id=entry.external_id)
    if entry.joiner_code:
        return _taking_on(entry, importer, around)
    found = _one_without_a_number(entry, importer, around)
    if found is not None:
        return _about(found, entry, importer, around)
    return _adding(entry, around)


def _place(entry: Entry, around: Around) -> Organisation:
    place = around.places[entry.organisation]
    if place is None:
        raise Unfit("organisation", "organisation", entry.organisation)
    if not place.is_open:
        raise Unfit("organisation_closed", "organisation", entry.organisation)
    return place


def _one_without_a_number(entry: Entry, importer: Importer, around: Around) -> Person | None:
    """The same user name alone could be somebody new, who was given it by mistake."""
    person = around.named.get(entry.username_key)
    if person is None or not importer.reaches(person.home) or person.pk in around.has_number:
        return None
    is_called_so = search_form(person.name) == search_form(entry.name)
    return person if is_called_so and person.standing != Standing.CLOSED else None


def _adding(entry: Entry, around: Around) -> JudgedRow:
    if entry.last_day:
        raise Unfit("unknown", "external_id", entry.external_id)
    for column in ("name", "username"):
        if not getattr(entry, column):
            raise Unfit("needed", column)
    place = _place(entry, around)
    if entry.username_key in around.taken:
        raise Unfit("twice", "username", f"{entry.username} ({around.taken[entry.username_key]})")
    if entry.username_key in around.named or entry.username_key in around.erased_names:
        raise Unfit("username", "username", entry.username)
    today = clock.today(place.time_zone)
    starts_on = entry.starts_on or today
    if not today - LONGEST_LOOK_BACK <= starts_on <= today + AHEAD_AT_MOST:
        raise Unfit("starts_on", "starts_on", str(starts_on))
    return JudgedRow(
        line=entry.line,
        kind=Kind.ADD,
        external_id=entry.external_id,
        link=True,
        shown_username=entry.username,
        username=entry.username,
        username_key=entry.username_key,
        name=entry.name,
        email=entry.email,
        home_id=place.pk,
        starts_at=clock.start_of(starts_on, place.time_zone),
    )


def _about(person: Person, entry: Entry, importer: Importer, around: Around) -> JudgedRow:
    """What is different for somebody who is there; a cell that is empty changes nothing."""
    if entry.username_key and entry.username_key != person.username_key:
        raise Unfit("username_stays", "username", entry.username)
    if person.standing == Standing.CLOSED:
        return _closed(person, entry)
    row = _as_it_is(person, entry)
    row.link = person.pk not in around.has_number
    _with_new_words(row, person, entry, around)
    _with_first_day(row, person, entry)
    if row.link or row.name or row.email or row.starts_at:
        row.kind = Kind.UPDATE
    if entry.last_day and entry.last_day != person.last_day:
        _with_last_day(row, person, entry, importer)
    place = _place(entry, around) if entry.organisation else person.home
    if place.pk != person.home_id:
        _with_home(row, person, entry, importer, place, around)
    held = around.held.get(person.pk, [])
    row.has_roles = bool(held)
    if row.kind != Kind.UNCHANGED and not importer.covers(held):
        raise Unfit("covering", "external_id", entry.external_id)
    return row


def _closed(person: Person, entry: Entry) -> JudgedRow:
    """A file goes on naming those who left, with their last day."""
    if entry.last_day is None:
        raise Unfit("closed", "external_id", entry.external_id)
    return _as_it_is(person, entry)


def _as_it_is(person: Person, entry: Entry) -> JudgedRow:
    return JudgedRow(
        line=entry.line,
        kind=Kind.UNCHANGED,
        external_id=entry.external_id,
        shown_username=person.username,
        person_id=person.pk,
        was_name=person.name,
        was_home_id=person.home_id,
        was_status=person.status,
        was_last_day=person.last_day,
        was_starts_at=person.starts_at,
    )


def _with_new_words(row: JudgedRow, person: Person, entry: Entry, around: Around) -> None:
    if entry.name and entry.name != person.name:
        row.name = entry.name
    if entry.email and entry.email.casefold() not in around.mails[person.pk]:
        row.email = entry.email
    if row.name or row.email:
        row.username = person.username


def _with_first_day(row: JudgedRow, person: Person, entry: Entry) -> None:
    """Whoever is here already has begun."""
    if entry.starts_on is None or person.standing != Standing.TO_COME:
        return
    zone = person.home.time_zone
    starts_at = clock.start_of(entry.starts_on, zone)
    if starts_at == person.starts_at:
        return
    if abs(entry.starts_on - clock.today(zone)) > AHEAD_AT_MOST:
        raise Unfit("starts_on", "starts_on", str(entry.starts_on))
    row.starts_at = starts_at


def _with_last_day(row: JudgedRow, person: Person, entry: Entry, importer: Importer) -> None:
    day, zone = entry.last_day, person.home.time_zone
    if importer.is_oneself(person):
        raise Unfit("oneself", "last_day", str(day))
    if person.standing == Standing.SUSPENDED:
        raise Unfit("suspended", "last_day", str(day))
    today = clock.today(zone)
    if day is None or not today <= day <= today + AHEAD_AT_MOST:
        raise Unfit("last_day", "last_day", str(day))
    row.kind, row.last_day = Kind.LEAVER, day
    row.closes_at = clock.start_of(day + STAYS_OPEN + timedelta(days=1), zone)


def _with_home(
    row: JudgedRow,
    person: Person,
    entry: Entry,
    importer: Importer,
    place: Organisation,
    around: Around,
) -> None:
    """Both sides are the importer's own: nobody is taken from anybody."""
    if importer.is_oneself(person):
        raise Unfit("oneself", "organisation", entry.organisation)
    if entry.last_day:
        raise Unfit("move_and_leave", "last_day", str(entry.last_day))
    if person.status != Status.ACTIVE:
        raise Unfit("suspended", "organisation", entry.organisation)
    if around.held.get(person.pk):
        raise Unfit("has_roles", "organisation", entry.organisation)
    row.kind, row.home_id = Kind.MOVE, place.pk


def _taking_on(entry: Entry, importer: Importer, around: Around) -> JudgedRow:
    """From elsewhere: with the code of whoever moves, and the mark of the side that they leave.
    What is missing is not said: they belong elsewhere."""
    if importer.person is None:
        raise Unfit("code_of_operator", "joiner_code")
    place = _place(entry, around)
    code_hash = codes.hashed_readable(entry.joiner_code)
    person = around.coming.get(code_hash)
    if person is None or not _is_let_go(person) or person.home_id == place.pk:
        raise Unfit("joiner_code", "joiner_code")
    if entry.username_key and entry.username_key != person.username_key:
        raise Unfit("joiner_code", "joiner_code")
    if entry.last_day:
        raise Unfit("move_and_leave", "last_day", str(entry.last_day))
    row = _as_it_is(person, entry)
    row.kind, row.home_id, row.link = Kind.MOVE, place.pk, True
    row.joiner_code_hash = code_hash
    _with_new_words(row, person, entry, around)
    return row


def _is_let_go(person: Person) -> bool:
    is_leaving = person.standing == Standing.LEAVING and person.last_day is not None
    return is_leaving and clock.today(person.home.time_zone) >= person.last_day  # type: ignore[operator]
