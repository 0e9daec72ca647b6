"""Admin → Import people: a file, what it would change, the import, and its report."""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import Conflict, InvalidInput, Mistake
from ..base.forms import form_of
from ..bulk import inviting, reporting, uploading, words
from ..bulk.reading import BYTES_AT_MOST, COLUMNS
from ..people.administrators import Act
from .downloads import sent_as_table
from .gate import administrator_page
from .notices import say_success
from .uploads import takes_file
from .words import words as words_of_mistake

if TYPE_CHECKING:
    from ..bulk.models import PeopleImport

PIECE = 256 * 1024  # bytes
ROWS_SHOWN = 100
CHANGES = ("add", "update", "move", "leaver")


@takes_file(BYTES_AT_MOST)
@administrator_page(Act.IMPORT_PEOPLE)
@require_http_methods(["GET", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _upload_page(request)
    form_of(request, "file")
    try:
        file = request.FILES.get("file")
        if file is None or not file.size:
            raise InvalidInput("import_file", field="file")
        people_import = uploading.receive(
            asker=request.asker,
            file_name=file.name or "",
            size=file.size,
            pieces=file.chunks(PIECE),
        )
    except (InvalidInput, Conflict) as mistake:
        return _upload_page(request, mistake=mistake)
    return redirect("import_seen", import_id=people_import.pk)


def _upload_page(request: HttpRequest, *, mistake: Mistake | None = None) -> HttpResponse:
    context = {
        "organisation": request.asker.organisation,
        "columns": COLUMNS,
        "latest": uploading.latest(request.asker),
        "states": words.STATES,
        "mistake": words_of_mistake(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "imports/upload.jinja", context, status=status)


@administrator_page(Act.SEE_IMPORTS)
@require_safe
def import_template(_request: HttpRequest) -> HttpResponse:
    header = "\ufeff" + ",".join(COLUMNS) + "\r\n"
    return sent_as_table([header.encode()], "people.csv")


@administrator_page(Act.SEE_IMPORTS)
@require_safe
def import_seen(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    people_import = uploading.seen(request.asker, import_id)
    is_there = people_import.state == "applied" and not people_import.forgotten_at
    with_address, without = inviting.to_invite(people_import) if is_there else (0, 0)
    context = {
        "to_invite": with_address,
        "without_address": without,
        "organisation": people_import.organisation,
        "import": people_import,
        "heading": words.STATES[people_import.state],
        "fault": words.fault_of(people_import),
        "counted": words.counted(people_import),
        "is_own": people_import.asked_by_id == request.asker.person.pk,
        "refused": _rows(people_import, ["refused"]),
        "changing": _rows(people_import, CHANGES),
        "kinds": words.KINDS,
        "what_to_do": words.what_to_do,
        "percent": _percent(people_import),
    }
    return render(request, "imports/import.jinja", context)


def _rows(people_import: "PeopleImport", kinds: list[str] | tuple[str, ...]) -> list:
    if people_import.is_under_way and people_import.state != "ready":
        return []
    return list(reporting.rows_of(people_import, kinds=kinds)[:ROWS_SHOWN])


def _percent(people_import: "PeopleImport") -> int:
    if people_import.state == "applying":
        return 100
    return 100 * people_import.bytes_read // max(people_import.bytes_in_all, 1)


@administrator_page(Act.SEE_IMPORTS)
@require_safe
def import_progress(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    people_import = uploading.seen(request.asker, import_id)
    return JsonResponse({"state": people_import.state, "percent": _percent(people_import)})


@administrator_page(Act.IMPORT_PEOPLE)
@require_POST
def import_apply(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    uploading.ask_to_apply(asker=request.asker, import_id=import_id)
    return redirect("import_seen", import_id=import_id)


@administrator_page(Act.IMPORT_PEOPLE)
@require_POST
def import_cancel(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    uploading.cancel(asker=request.asker, import_id=import_id)
    say_success(request, _("The import was cancelled. Nothing has changed."))
    return redirect("import_people")


@administrator_page(Act.ADD_PEOPLE)
@require_POST
def import_invite(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    inviting.ask(asker=request.asker, import_id=import_id)
    say_success(request, _("The newcomers are being invited."))
    return redirect("import_seen", import_id=import_id)


@administrator_page(Act.SEE_IMPORTS)
@require_safe
def import_report(request: HttpRequest, *, import_id: uuid.UUID) -> HttpResponse:
    people_import = uploading.seen(request.asker, import_id)
    rows = reporting.as_csv(people_import, in_words=words.what_to_do)
    return sent_as_table(rows, f"import-{people_import.pk}.csv")
