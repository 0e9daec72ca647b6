"""A file of people is read: as UTF-8, as CSV, as rows under known columns.

lines_of     the file's rows one after another, however large it is; each with its line
Unreadable   the whole file will not do; says what and, where it matters, on which line

Nothing is guessed: what is no UTF-8, has a column of another name or a quote that never ends is
refused, and nothing of it kept. The delimiter is the comma or the semicolon, as the header has it.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

COLUMNS = (
    "external_id",
    "username",
    "name",
    "email",
    "organisation",
    "starts_on",
    "last_day",
    "joiner_code",
)
REQUIRED = ("external_id",)
LONGEST_LINE = 10_000  # characters
LONGEST_ROW = 50  # lines, where cells have line ends in them
ROWS_AT_MOST = 200_000
BYTES_AT_MOST = 32 * 1024 * 1024
SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls

Row = tuple[int, dict[str, str] | None]


class Unreadable(Exception):
    """`code` names what is wrong; `line` is 0 where it is about no line; `names` are columns."""

    def __init__(self, code: str, *, line: int = 0, names: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code, self.line, self.names = code, line, list(names)


class Stream(io.RawIOBase):
    """Pieces of bytes as a file; `position` is how many of them were read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        self.position += len(taken)
        if self.position > BYTES_AT_MOST:
            raise Unreadable("too_large")
        return len(taken)


def lines_of(stream: Stream) -> Iterator[Row]:
    """Cells by their column; None where a row has more or fewer cells than the header. Empty rows
    are left out. Raises Unreadable."""
    buffered = io.BufferedReader(stream)
    if buffered.peek(4).startswith(SPREADSHEET):
        raise Unreadable("spreadsheet")
    text = io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")
    try:
        lines = _lines(text)
        header = next(lines, "")
        columns = _columns(header)
        rows = csv.reader(lines, delimiter=_delimiter(header), strict=True)
        for number, (line, cells) in enumerate(_filled(rows), 1):
            if number > ROWS_AT_MOST:
                raise Unreadable("too_many_rows")
            yield line, _named(columns, cells)
    except UnicodeError as error:
        raise Unreadable("encoding") from error


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Each of bounded length: a file without line ends does not fill the memory."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unreadable("long_line", line=number)
        if "\0" in line:
            raise Unreadable("nul", line=number)
        yield line


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _columns(header: str) -> list[str]:
    try:
        [cells] = csv.reader([header], delimiter=_delimiter(header), strict=True)
    except (ValueError, csv.Error) as error:
        raise Unreadable("header") from error
    columns = [cell.strip().lower() for cell in cells]
    counted = Counter(columns)
    for code, names in (
        ("unknown_columns", [name for name in counted if name not in COLUMNS]),
        ("repeated_columns", [name for name, count in counted.items() if count > 1]),
        ("missing_columns", [name for name in REQUIRED if name not in counted]),
    ):
        if names:
            raise Unreadable(code, line=1, names=[name[:40] for name in names[:20]])
    return columns


def _filled(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """With the line on which each begins; `rows` is the reader of `csv`, behind the header."""
    while True:
        before = rows.line_num
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise Unreadable("quotes", line=before + 2) from error
        if cells is None:
            return
        if rows.line_num - before > LONGEST_ROW:
            raise Unreadable("quotes", line=before + 2)
        if any(cell.strip() for cell in cells):
            yield before + 2, cells


def _named(columns: list[str], cells: list[str]) -> dict[str, str] | None:
    if len(cells) != len(columns):
        return None
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
