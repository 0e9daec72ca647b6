"""All that applying a row needs and that takes its time, made while the file is staged.

complete     ids, secrets that are nobody's yet, and the words that somebody is found by
entries_of   the drafts for the audit trail
"""

import secrets
import uuid
from collections.abc import Iterator
from functools import lru_cache, partial

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from ..audit import drafts, events, log
from ..base.text import search_words
from ..people.models import new_user_handle
from .judged import JudgedRow
from .models import Kind, PeopleImport

# Most of a file begin on one day.
MICROSECONDS = lru_cache(maxsize=1000)(log.microseconds)


def complete(row: JudgedRow, *, known_mails: set[str]) -> None:
    """`known_mails` are the addresses that the person has already."""
    if row.kind == Kind.ADD:
        row.person_id = uuid.uuid4()
        row.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)  # as make_password(None)
        row.user_handle = new_user_handle()
        row.oidc_subject = uuid.uuid4()
    if row.kind in {Kind.ADD, Kind.LEAVER}:
        row.security_stamp = uuid.uuid4()
    if row.name or row.email:
        mails = [*known_mails, row.email]
        found_by = search_words(row.name or row.was_name, row.username, *mails)
        row.words = sorted(found_by)


def entries_of(row: JudgedRow, *, people_import: PeopleImport) -> Iterator[drafts.Draft]:
    """Whoever has roles, or comes with a code, is told of when it happens: the flows do it."""
    draft = partial(_entry, row, people_import)
    starts_at = MICROSECONDS(row.starts_at) if row.starts_at else ""
    if row.kind == Kind.ADD:
        yield draft(
            events.PERSON_ADDED,
            new={"name": row.name, "username": row.username, "starts_at": starts_at},
        )
    elif row.link or row.name or row.email or starts_at:
        yield draft(
            events.PERSON_CHANGED,
            old={"name": row.name and row.was_name},
            new={
                "name": row.name,
                "email": row.email,
                "external_id": row.external_id if row.link else "",
                "starts_at": starts_at,
            },
        )
    if row.kind == Kind.MOVE and row.joiner_code_hash is None:
        yield draft(
            events.HOME_MOVED,
            old={"organisation": row.was_home_id},
            new={"organisation": row.home_id},
        )
    if row.kind == Kind.LEAVER and row.last_day and not row.has_roles:
        yield draft(events.LEAVER_MARKED, new={"last_day": row.last_day.isoformat()}, roles=0)


def _entry(
    row: JudgedRow,
    people_import: PeopleImport,
    event: events.Event,
    *,
    old: dict | None = None,
    new: dict | None = None,
    **parameters: object,
) -> drafts.Draft:
    """Without the values that are empty: those have not changed."""
    return drafts.draft(
        event,
        request=people_import.pk.hex,
        holder_id=row.person_id,  # type: ignore[arg-type]
        organisation_id=row.was_home_id or row.home_id,  # type: ignore[arg-type]
        old=_filled(old),
        new=_filled(new),
        **parameters,
    )


def _filled(values: dict | None) -> dict:
    return {name: value for name, value in (values or {}).items() if value}
