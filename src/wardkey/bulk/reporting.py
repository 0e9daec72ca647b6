"""What an import says of each row, for a page, a program, or a spreadsheet.

rows_of      those of some kinds, in the order of the file
as_csv       all of them, as a file that no spreadsheet takes for formulas
"""

import csv
from collections.abc import Callable, Collection, Iterator

from django.db.models import QuerySet

from ..base.spreadsheets import harmless
from .models import PeopleImport, StagedRow

HEADER = ("line", "external_id", "username", "outcome", "column", "value", "what_to_do")

InWords = Callable[[StagedRow], str]


class _Echo:
    def write(self, text: str) -> str:
        return text


def rows_of(people_import: PeopleImport, *, kinds: Collection[str] = ()) -> QuerySet[StagedRow]:
    rows = StagedRow.objects.filter(people_import=people_import).order_by("line")
    return rows.filter(kind__in=kinds) if kinds else rows


def as_csv(people_import: PeopleImport, *, in_words: InWords) -> Iterator[bytes]:
    """UTF-8 with a BOM, which spreadsheets want; row by row, however many there are."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield ("\ufeff" + writer.writerow(HEADER)).encode()
    for row in rows_of(people_import).iterator(chunk_size=500):
        cells = (row.external_id, row.shown_username, row.kind, row.column, row.value)
        told = [str(row.line), *map(harmless, cells), harmless(in_words(row))]
        yield writer.writerow(told).encode()
