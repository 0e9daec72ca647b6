"""What the worker does unasked, told so that somebody can see whether it is done.

    Told          of one chore, by the worker that does it
    write_down    what was told, by one statement
    all_told      how each chore stands
    next_run      when it comes round again

With several workers a row has what the last of them said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..base import clock
from .models import ChoreRun

FIELDS = ["every", "tried_at", "succeeded_at", "failing_since", "failures", "seconds"]


@dataclass(slots=True, kw_only=True)
class Told:
    """`every` and `seconds`, what its last portion took; `failures` in a row, none where it did."""

    name: str
    every: float
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    seconds: float = 0.0

    def did(self, seconds: float) -> None:
        self.tried_at = self.succeeded_at = clock.now()
        self.failing_since, self.failures, self.seconds = None, 0, seconds

    def failed(self, seconds: float) -> None:
        self.tried_at = clock.now()
        self.failing_since = self.failing_since or self.tried_at
        self.failures, self.seconds = self.failures + 1, seconds


def write_down(told: Iterable[Told]) -> None:
    """Of one that has not succeeded since the worker started, an earlier success is kept."""
    tried = [each for each in told if each.tried_at]
    for fields in (FIELDS, [name for name in FIELDS if name != "succeeded_at"]):
        rows = [
            ChoreRun(name=each.name, **{name: getattr(each, name) for name in FIELDS})
            for each in tried
            if bool(each.succeeded_at) == ("succeeded_at" in fields)
        ]
        ChoreRun.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["name"], update_fields=fields
        )


def all_told() -> list[ChoreRun]:
    return list(ChoreRun.objects.order_by("name"))


def next_run(chore: ChoreRun) -> datetime:
    return chore.tried_at + timedelta(seconds=chore.every)
