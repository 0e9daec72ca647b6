"""A row as it was judged, on its way into the table of `StagedRow`, which explains each of these.

It is no model: of a hundred thousand rows, making models took as long as everything else together.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True, kw_only=True)
class JudgedRow:
    line: int
    kind: str
    external_id: str
    shown_username: str = ""
    fault: str = ""
    column: str = ""
    value: str = ""

    person_id: uuid.UUID | None = None
    home_id: int | None = None
    link: bool = False
    has_roles: bool = False
    username: str = ""
    username_key: str = ""
    name: str = ""
    email: str = ""
    starts_at: datetime | None = None
    last_day: date | None = None
    closes_at: datetime | None = None
    joiner_code_hash: bytes | None = None
    words: list[str] = field(default_factory=list)

    password: str = ""
    user_handle: bytes | None = None
    oidc_subject: uuid.UUID | None = None
    security_stamp: uuid.UUID | None = None

    was_name: str = ""
    was_home_id: int | None = None
    was_status: str = ""
    was_last_day: date | None = None
    was_starts_at: datetime | None = None
