"""The audit trail of the organisation, as its auditors read it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from ..people.administrators import Act
from ..reports.trail import reading
from ..reports.trail.audit_export import own_export
from ..reports.trail.proved import Part
from ..reports.trail.reading import Wanted
from ..reports.trail.viewed import note_viewed
from ..sessions.scopes import Scope
from .pages import LONGEST, Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Moment, Shape

if TYPE_CHECKING:
    from ..reports.trail.reading import Happening

router = Router(tags=["Audit trail"])
LINES = {
    "description": "Lines of JSON.",
    "content": {"application/jsonl": {"schema": {"type": "string"}}},
}


class Actor(Shape):
    """`name` is what they were called then, empty where nobody has one; `name_today` what they are
    called now, where that is not the same. `channel` is `api` for what came through here."""

    kind: str
    id: str
    name: str
    name_today: str
    channel: str


class AuditEntry(Shape):
    """docs/audit-events.md has each `code` with its values, which are `facts`: what was before and
    after as `old_…` and `new_…`."""

    at: datetime
    code: str
    actor: Actor
    holder_id: uuid.UUID | None
    holder: str
    facts: dict
    reference: str


class AuditEntries(Shape):
    items: list[AuditEntry]
    next: str | None


@router.get("", response=AuditEntries, auth=ApiToken(Scope.AUDIT_READ, Act.READ_TRAIL))
def list_audit_entries(
    request: HttpRequest,
    stream: Annotated[
        Literal["change", "attempt"],
        Query(description="what changed something; or sign-ins and refusals"),
    ] = "change",
    key: Annotated[
        uuid.UUID | None, Query(description="the id of a key: only what names it, over its life")
    ] = None,
    person: Annotated[
        str,
        Query(
            max_length=LONGEST,
            description="a user name, or a whole name that somebody has or had here: what they "
            "did, or what was done to them",
        ),
    ] = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> dict:
    """Of the organisation's own, the newest first. That somebody read it is an entry too, among
    the attempts. Scope `audit:read`."""
    before = position_in(request, cursor)
    found = reading.page_of_organisation(
        request.asker.organisation_id,
        stream=stream,
        before=int(before) if before else None,
        at_most=limit + 1,
        wanted=Wanted(person=person.strip(), key_id=key),
    )
    note_viewed(request.asker, stream=stream)
    items = [_told(happening) for _number, happening in found]
    return page_of(request, items, [str(number) for number, _happening in found], limit)


@router.get(
    "/proofs",
    auth=ApiToken(Scope.AUDIT_READ, Act.READ_TRAIL),
    openapi_extra={"responses": {200: LINES}},
)
def download_audit_entries_with_proofs(
    request: HttpRequest,
    since: Annotated[Moment | None, Query(description="from then on")] = None,
    before: Annotated[Moment | None, Query(description="to before that")] = None,
    earlier: Annotated[
        str,
        Query(max_length=LONGEST, description="the name of such a file that you have already"),
    ] = "",
) -> HttpResponse:
    """Of the organisation's own, as `verify_export.py` judges them: what is sealed by now, and not
    more (docs/audit-trail.md). That somebody took it is an entry. Scope `audit:read`."""
    export = own_export(request.asker, Part(since, before), earlier=earlier)
    answer = StreamingHttpResponse(export.blocks, content_type="application/jsonl; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{export.name}"'
    return answer  # type: ignore[return-value]


def _told(happening: "Happening") -> dict:
    return {
        "at": happening.at,
        "code": happening.code,
        "actor": {
            "kind": happening.actor_kind,
            "id": happening.actor_id,
            "name": happening.actor,
            "name_today": happening.actor_today,
            "channel": happening.channel,
        },
        "holder_id": happening.holder_id,
        "holder": happening.holder,
        "facts": happening.facts,
        "reference": happening.request_id,
    }
