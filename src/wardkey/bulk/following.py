"""What follows an import that was applied, some hundred rows at a time.

follow     the next rows of one: the words by which people are found, letters to whom it concerns
follow_all   all rows of one, unless told to stop
follow_next  the worker: of the import that has waited longest; False where nothing is left to do

There are six words a person: kept in the transaction of the import they would hold the writer up
for longer than everything else together. A worker that dies leaves off between two batches, and
the next one goes on there.
"""

from collections.abc import Callable
from itertools import chain

from django.db import connection

from ..base import clock, copying
from ..base.copying import room_for_many_rows, short_transaction
from ..lifecycle.leaving import STAYS_OPEN
from ..notifications import messages
from ..organisations.models import Organisation
from ..people import pairs, parts
from ..people.models import Person, SearchWord
from ..people.notices import as_day, tell
from .models import CHANGING, Kind, PeopleImport, StagedRow, State

ROWS_AT_A_TIME = 100

Lines = tuple[int, int]
Stopping = Callable[[], bool]

FOUND_BY = """
    INSERT INTO people_searchword (person_id, organisation_id, word)
    SELECT person.id, person.home_id, word.value
    FROM bulk_stagedrow AS staged
    JOIN people_person AS person ON person.id = staged.person_id
    CROSS JOIN %s
    WHERE staged.people_import_id = %%s AND staged.line BETWEEN %%s AND %%s
"""
EACH_WORD = {
    "sqlite": "json_each(staged.words) AS word",
    "postgresql": "jsonb_array_elements_text(staged.words) AS word (value)",
}


def follow_next(*, stopping: Stopping) -> bool:
    waiting = PeopleImport.objects.filter(state=State.APPLIED, finished_at=None)
    people_import = waiting.order_by("applied_at").first()
    if people_import is None:
        return False
    follow_all(people_import, stopping=stopping)
    return True


def follow_all(people_import: PeopleImport, *, stopping: Stopping) -> None:
    with room_for_many_rows():
        while not stopping() and follow(people_import):
            pass


def follow(people_import: PeopleImport) -> bool:
    """Whether there may be more to do."""
    first = people_import.followed_up_to
    last = _last_of_next_lines(people_import)
    with short_transaction():
        locked = PeopleImport.objects.select_for_update(no_key=True).get(pk=people_import.pk)
        if locked.followed_up_to == first and not locked.finished_at:
            if last:
                _keep_words(people_import, lines=(first + 1, last))
                _write_letters(people_import, lines=(first + 1, last))
            locked.followed_up_to = last or first
            locked.finished_at = None if last else clock.now()
            locked.save(update_fields=["followed_up_to", "finished_at"])
    people_import.followed_up_to, people_import.finished_at = (
        locked.followed_up_to,
        locked.finished_at,
    )
    return not locked.finished_at


def _last_of_next_lines(people_import: PeopleImport) -> int | None:
    rows = StagedRow.objects.filter(
        people_import=people_import, line__gt=people_import.followed_up_to
    ).order_by("line")
    lines = list(rows.values_list("line", flat=True)[:ROWS_AT_A_TIME])
    return lines[-1] if lines else None


def _keep_words(people_import: PeopleImport, *, lines: Lines) -> None:
    """Where they are at home now: somebody may have moved on since."""
    rows = StagedRow.objects.filter(people_import=people_import, line__range=lines)
    renamed = rows.filter(kind__in=CHANGING).exclude(kind=Kind.ADD).exclude(words=[])
    ids = list(renamed.values_list("person_id", flat=True))
    if ids:
        SearchWord.objects.filter(person__in=ids).delete()
    copying.run(FOUND_BY % EACH_WORD[connection.vendor], about=people_import.pk, more=lines)
    named = rows.exclude(person_id=None).exclude(words=[]).values_list("person_id", "words")
    found_by = {person_id: words for person_id, words in named if person_id}
    parts.learn(chain.from_iterable(found_by.values()))
    homes = Person.objects.filter(pk__in=found_by).values_list("pk", "home")
    pairs.keep([(person_id, home, found_by[person_id]) for person_id, home in homes])


def _write_letters(people_import: PeopleImport, *, lines: Lines) -> None:
    """To leavers and movers. A newcomer is written to when somebody invites them; whoever came
    with a code was told by the flow that took them on."""
    rows = StagedRow.objects.filter(people_import=people_import, line__range=lines)
    for row in rows.filter(kind__in=[Kind.LEAVER, Kind.MOVE], joiner_code_hash=None):
        write = _write_to_leaver if row.kind == Kind.LEAVER else _write_to_mover
        write(row.person(), row, people_import)


def _write_to_leaver(person: Person, row: StagedRow, people_import: PeopleImport) -> None:
    last_day = row.last_day
    if last_day is None:
        return
    asked_by = people_import.asked_by()
    tell(
        messages.leaving,
        person=person,
        by=asked_by.name if asked_by else people_import.organisation.name,
        last_day=as_day(person, last_day),
        closes=as_day(person, last_day + STAYS_OPEN),
    )


def _write_to_mover(person: Person, row: StagedRow, _people_import: PeopleImport) -> None:
    was = Organisation.objects.get(pk=row.was_home_id or 0)
    tell(messages.moved, person=person, was=was.name, organisation=person.home.name)
