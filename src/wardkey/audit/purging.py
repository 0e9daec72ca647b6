"""Attempts that are old enough are deleted, and what proves that they were there is kept.

    require_old_enough    raises ValueError
    how_many              attempts there are to purge
    purge                 batch by batch; how many each time

Each batch is one organisation's, in one transaction with its `audit.purged`. Killed in between,
each batch has been purged or has not; begun again, it goes on.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..base import clock
from ..base.copying import short_transaction
from . import checkpoint_keys, checkpoints, events, log, purged, sealer, tiles
from .events import ATTEMPT, CHANGE
from .faults import COLUMNS, TEXTS, is_as_sealed
from .models import AttemptEntry, Numbering, Tile

AT_A_TIME = 1000
DAYS_KEPT = 180  # at least


def require_old_enough(before: date) -> None:
    latest = clock.now().astimezone(UTC).date() - timedelta(days=DAYS_KEPT)
    if before > latest:
        raise ValueError(
            f"Logins and refusals are kept for {DAYS_KEPT} days at least: give {latest} or an"
            " earlier day. Nothing was purged."
        )


def how_many(before: date) -> int:
    return _sealed(before).count()


def purge(before: date) -> Iterator[int]:
    """Of what happened before that day, in UTC."""
    require_old_enough(before)
    checkpoint_keys.signing_key()  # which is made in a transaction of its own
    counted = Numbering.objects.filter(stream=ATTEMPT).order_by("organisation_id")
    for organisation in list(counted.values_list("organisation_id", flat=True)):
        while done := _purge_some(organisation, before):
            yield done
    # The note is worth what its seal is, and the seal what a checkpoint is.
    sealer.seal_all(CHANGE)
    with transaction.atomic():
        checkpoints.make(CHANGE)


def _purge_some(organisation: int, before: date) -> int:
    with short_transaction():
        # Only one purge at a time deletes of an organisation.
        Numbering.objects.select_for_update().get(stream=ATTEMPT, organisation_id=organisation)
        ours = _sealed(before).filter(organisation_id=organisation or None).order_by("at")
        rows = list(ours.annotate(**TEXTS).values_list(*COLUMNS, "pk")[:AT_A_TIME])
        if not rows:
            return 0
        _require_as_sealed(rows)
        AttemptEntry.objects.filter(pk__in=[row[-1] for row in rows]).delete()
        note = purged.Note(
            organisation=organisation,
            before=before.isoformat(),
            numbers=purged.runs_of(row[1] for row in rows),
        )
        log.record(
            events.AUDIT_PURGED,
            actor=log.OPERATOR,
            organisation_id=organisation or None,
            entries=len(rows),
            before=note.before,
            note=purged.signed(note, checkpoint_keys.signing_key()),
        )
        return len(rows)


def _require_as_sealed(rows: list[tuple]) -> None:
    """Else what somebody did to an entry, or to its time, would be gone with it."""
    numbers = {row[0] // tiles.WIDE for row in rows}
    kept = Tile.objects.filter(stream=ATTEMPT, level=0, number__in=numbers)
    hashes = {number: bytes(told) for number, told in kept.values_list("number", "hashes")}
    for row in rows:
        number, place = divmod(row[0], tiles.WIDE)
        told = hashes.get(number, b"")[place * tiles.HASH : (place + 1) * tiles.HASH]
        if not is_as_sealed(row[:-1], told):
            raise ValueError(
                f"The attempt at place {row[0]} is not what was sealed: see `wardkey audit verify`."
                " It was not purged, and what comes after it neither."
            )


def _sealed(before: date) -> QuerySet[AttemptEntry]:
    day = datetime(before.year, before.month, before.day, tzinfo=UTC)
    return AttemptEntry.objects.filter(at__lt=day, leaf_index__isnull=False)
