"""What an import leaves behind is forgotten: names, addresses, the file itself.

forget_some     the worker: some hundred rows at most; False where there is nothing to forget
forget          all of one, by whoever has told of it already
give_up         imports that nobody goes on with: their process died, or nobody applied them
"""

from datetime import timedelta

from django.db.models import Q, QuerySet

from ..base import clock
from ..base.copying import short_transaction
from .models import PeopleImport, Piece, StagedEntry, StagedRow, State

REPORT_IS_KEPT = timedelta(days=7)
PREVIEW_IS_KEPT = timedelta(days=1)
SILENT_FOR = timedelta(minutes=10)
ROWS_AT_A_TIME = 500


def give_up() -> int:
    """How many. A file that waits for the worker, or is worked on by one, is not given up."""
    now = clock.now()
    silent = Q(alive_at__lt=now - SILENT_FOR)
    arriving = Q(state=State.ARRIVING) & silent
    on_the_host = Q(state=State.STAGING, asked_by_id=None) & silent
    not_applied = Q(state=State.READY, alive_at__lt=now - PREVIEW_IS_KEPT)
    stale = PeopleImport.objects.filter(arriving | on_the_host | not_applied)
    return stale.update(state=State.CANCELLED)


def forget_some() -> bool:
    people_import = _over().order_by("created_at").first()
    if people_import is None:
        return False
    _forget_some_of(people_import)
    return True


def forget(people_import: PeopleImport) -> None:
    """All of it, at once."""
    while _forget_some_of(people_import):
        pass


def _forget_some_of(people_import: PeopleImport) -> bool:
    for rows in (
        Piece.objects.filter(people_import=people_import),
        StagedEntry.objects.filter(people_import=people_import),
        StagedRow.objects.filter(people_import=people_import),
    ):
        if forget_rows(rows):
            return True
    PeopleImport.objects.filter(pk=people_import.pk).update(forgotten_at=clock.now())
    return False


def _over() -> QuerySet[PeopleImport]:
    """What was applied has no use for the file, nor for the drafts, but for its report."""
    long_ago = Q(alive_at__lt=clock.now() - REPORT_IS_KEPT)
    told_on_the_host = Q(asked_by_id=None)
    finished = Q(state=State.APPLIED, finished_at__isnull=False)
    applied = finished & (told_on_the_host | long_ago)
    refused = Q(state__in=[State.REFUSED, State.STOPPED]) & (told_on_the_host | long_ago)
    return PeopleImport.objects.filter(
        applied | refused | Q(state=State.CANCELLED), forgotten_at=None
    )


def forget_rows(rows: QuerySet) -> int:
    """Some of them; how many."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    with short_transaction():
        deleted, _each = rows.filter(pk__in=ids).delete()
    return deleted
