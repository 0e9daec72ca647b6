"""Files that a page answers with, however large: browsers keep them, and show none.

sent_as_file      whatever is in it
sent_as_table     lines for a spreadsheet (base/spreadsheets.py)
"""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse


def sent_as_file(blocks: Iterable[bytes], name: str, *, content_type: str) -> HttpResponse:
    answer = StreamingHttpResponse(blocks, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[return-value]


def sent_as_table(lines: Iterable[bytes], name: str) -> HttpResponse:
    return sent_as_file(lines, name, content_type="text/csv; charset=utf-8")
