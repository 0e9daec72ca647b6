"""How many people have a key they can use: a figure a day for each organisation, kept for ever.

    count_some        a portion of yesterday, as soon as it is over (UTC): the worker's
    count_yesterday   all portions
    whole_days        the figures; without those of a day that is being counted
    figures_of        the newest, added up

A day goes in steps, each in portions, between which the worker does what cannot wait:

    READ      what the audit trail tells since the last count: whose figures may have changed
    COUNT     these organisations anew; on the first day of all, each
    CARRY     the others keep the figures that they had
    ADD_UP    each figure for whole branches

People and keys count for the holder's home, and once more in a figure of the branch (`BRANCH` and
its name) for each organisation above it, as the tree stands then: whoever asks for a branch reads
the rows of one organisation. A figure without a row is 0. Every organisation has a row for its
people and for those of its branch; one with nothing below has no other rows for its branch, which
is itself. Days that nobody counted have no rows at all.

Several workers may be at it. A portion is kept in one transaction with how far the day is, and
only where nobody else has gone on meanwhile; so one that is killed leaves nothing half done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection
from django.db.models import DateField, F, Max, QuerySet, Sum, Value

from ...audit import sealer
from ...audit.events import CHANGE
from ...audit.models import Tree
from ...base import clock
from ...base.copying import copy_rows, short_transaction
from ...organisations.models import Organisation
from ..models import Counting, DailyCount, Step, ToCount
from . import touched
from .by_home import PEOPLE, figures_now

BRANCH = "branch."  # and a figure's name
ENTRIES_AT_A_TIME = 5000
COUNTED_AT_A_TIME = 100  # organisations
CARRIED_AT_A_TIME = 2000  # organisations
ROWS_AT_A_TIME = 1000

ADDED_UP = """
INSERT INTO reports_dailycount (organisation_id, day, name, count)
WITH RECURSIVE below (top, id) AS (
    SELECT id, id FROM organisations_organisation WHERE id > %(after)s AND id <= %(last)s
    UNION ALL
    SELECT below.top, lower.id FROM below
    JOIN organisations_organisation lower ON lower.parent_id = below.id
)
SELECT below.top, own.day, %(branch)s || own.name, SUM(own.count)
FROM below JOIN reports_dailycount own ON own.organisation_id = below.id
WHERE own.day = %(day)s AND own.name NOT LIKE %(of_branches)s
AND (own.name = %(people)s OR EXISTS (
    SELECT 1 FROM organisations_organisation lower WHERE lower.parent_id = below.top
))
GROUP BY below.top, own.day, own.name
"""


def count_yesterday() -> None:
    while count_some():
        pass


def count_some() -> bool:
    """Whether there may be more. Never twice. A day on which no worker ran until it was over, and
    the next one too, stays uncounted: nobody knows any more how things stood."""
    day = clock.now().date() - timedelta(days=1)
    counting = Counting.objects.get_or_create(pk=Counting.ONE)[0]
    if _is_counted(day, counting):
        return False
    if counting.day != day:
        _begin(day, counting)
    else:
        STEPS[Step(counting.step)](day, counting)
    return True


def whole_days() -> QuerySet[DailyCount]:
    under_way = Counting.objects.exclude(day=None).values("day")
    return DailyCount.objects.exclude(day__in=under_way)


def figures_of(within: QuerySet[Organisation]) -> tuple[date | None, dict[str, int]]:
    """The last day that was counted, and each figure by its name; none where no day was yet."""
    counts = whole_days().filter(organisation_id__in=within.values("pk"))
    counts = counts.exclude(name__startswith=BRANCH)
    day = counts.aggregate(Max("day"))["day__max"]
    sums = counts.filter(day=day).values_list("name").annotate(Sum("count")).order_by()
    return day, dict(sums)


def _is_counted(day: date, counting: Counting) -> bool:
    if counting.last_day is not None:
        return day <= counting.last_day
    if counting.day is not None:
        return False
    # By the release before this one. The oldest organisation tells for all.
    oldest = Organisation.objects.order_by("pk").values("pk")[:1]
    return DailyCount.objects.filter(organisation_id__in=oldest, day=day, name=PEOPLE).exists()


def _begin(day: date, before: Counting) -> None:
    sealer.seal_all(CHANGE)  # an entry is found by its place in the tree
    size = Tree.objects.values_list("size", flat=True).get(pk=CHANGE)
    now = clock.now()
    if before.last_day is None or before.last_at is None:
        to_count, step = touched.all_of_them(), Step.COUNT
    else:
        to_count = touched.not_counted(before.last_day) | touched.by_time(before.last_at, now)
        step = Step.READ
    with _kept_if_still(before) as counting:
        if counting is None:
            return
        DailyCount.objects.filter(day__in=[day, before.day or day]).delete()
        ToCount.objects.all().delete()
        _note(to_count)
        counting.day, counting.at, counting.size = day, now, size
        counting.step, counting.after = step, before.last_size


def _read(_day: date, before: Counting) -> None:
    """`after` is the place of the next entry."""
    until = min(before.after + ENTRIES_AT_A_TIME, before.size)
    named = set()
    if before.last_day is not None and before.after < until:
        named = touched.by_entries(before.after, until, counted=before.last_day)
    with _kept_if_still(before) as counting:
        if counting is not None:
            _note(named)
            counting.after = until
            if until >= before.size:
                counting.step = Step.COUNT


def _note(organisation_ids: set[int]) -> None:
    # The trail also names some that are lost with what a backup did not have.
    known = Organisation.objects.filter(pk__in=organisation_ids).values_list("pk", flat=True)
    ToCount.objects.bulk_create(
        [ToCount(organisation_id=pk) for pk in known],
        batch_size=ROWS_AT_A_TIME,
        ignore_conflicts=True,
    )


def _count(day: date, before: Counting) -> None:
    next_ones = ToCount.objects.order_by("pk").values_list("pk", flat=True)
    ids = list(next_ones[:COUNTED_AT_A_TIME])
    rows = [
        DailyCount(organisation_id=organisation_id, day=day, name=name, count=count)
        for organisation_id, name, count in figures_now(ids)
    ]
    with _kept_if_still(before) as counting:
        if counting is None:
            return
        left = set(ToCount.objects.filter(pk__in=ids).values_list("pk", flat=True))
        DailyCount.objects.bulk_create([row for row in rows if row.organisation_id in left])
        ToCount.objects.filter(pk__in=ids).delete()
        if len(ids) < COUNTED_AT_A_TIME:
            counting.step, counting.after = Step.CARRY, 0


def _carry(day: date, before: Counting) -> None:
    """`after` is the id of an organisation, as below."""
    ids = _organisations_after(before.after)
    # Not in one question: of a day that is this young PostgreSQL believes that it has hardly a row,
    # and looks through all of them for each that is carried.
    anew = DailyCount.objects.filter(organisation_id__in=ids, day=day)
    others = set(ids).difference(anew.values_list("organisation_id", flat=True))
    kept = DailyCount.objects.filter(organisation_id__in=others, day=before.last_day or day)
    kept = kept.exclude(name__startswith=BRANCH).order_by()
    same: dict[str, F | Value] = {name: F(name) for name in ("organisation_id", "name", "count")}
    same["day"] = Value(day, output_field=DateField())
    with _kept_if_still(before) as counting:
        if counting is None:
            return
        if others:
            copy_rows(kept, into=DailyCount, columns=same)
        _go_on(counting, ids, then=Step.ADD_UP)


def _add_up(day: date, before: Counting) -> None:
    ids = _organisations_after(before.after)
    asked = {
        "after": before.after,
        "last": ids[-1] if ids else before.after,
        "day": connection.ops.adapt_datefield_value(day),
        "branch": BRANCH,
        "of_branches": f"{BRANCH}%",
        "people": PEOPLE,
    }
    with _kept_if_still(before) as counting:
        if counting is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(ADDED_UP, asked)
        if _go_on(counting, ids, then=Step.READ):
            counting.last_day, counting.last_at = before.day, before.at
            counting.last_size, counting.day = before.size, None


def _go_on(counting: Counting, ids: Sequence[int], *, then: Step) -> bool:
    """Whether these were the last ones."""
    if len(ids) < CARRIED_AT_A_TIME:
        counting.step, counting.after = then, 0
        return True
    counting.after = ids[-1]
    return False


def _organisations_after(pk: int) -> list[int]:
    following = Organisation.objects.filter(pk__gt=pk).order_by("pk")
    return list(following.values_list("pk", flat=True)[:CARRIED_AT_A_TIME])


@contextmanager
def _kept_if_still(before: Counting) -> Iterator[Counting | None]:
    """None where another worker went on meanwhile: then what was counted here is dropped."""
    with short_transaction():
        now = Counting.objects.select_for_update().get(pk=before.pk)
        if any(getattr(now, name) != getattr(before, name) for name in Counting.HOW_FAR):
            yield None
            return
        yield now
        now.save()


STEPS: dict[Step, Callable[[date, Counting], None]] = {
    Step.READ: _read,
    Step.COUNT: _count,
    Step.CARRY: _carry,
    Step.ADD_UP: _add_up,
}
