"""What an import says of each row, for a page, a program, or a spreadsheet.

rows_of      those of some kinds, in the order of the file
as_csv       all of them, as a file that no spreadsheet takes for formulas
"""

from collections.abc import Callable, Collection, Iterator

from django.db.models import QuerySet

from ..base.spreadsheets import lines_of
from .models import PeopleImport, StagedRow

HEADER = ("line", "external_id", "username", "outcome", "column", "value", "what_to_do")

InWords = Callable[[StagedRow], str]


def rows_of(people_import: PeopleImport, *, kinds: Collection[str] = ()) -> QuerySet[StagedRow]:
    rows = StagedRow.objects.filter(people_import=people_import).order_by("line")
    return rows.filter(kind__in=kinds) if kinds else rows


def as_csv(people_import: PeopleImport, *, in_words: InWords) -> Iterator[bytes]:
    rows = rows_of(people_import).iterator(chunk_size=500)
    return lines_of(HEADER, (_cells(row, in_words) for row in rows))


def _cells(row: StagedRow, in_words: InWords) -> list[str]:
    what = [row.external_id, row.shown_username, row.kind, row.column, row.value]
    return [str(row.line), *what, in_words(row)]
