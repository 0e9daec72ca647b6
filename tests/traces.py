"""What the audit trail says, and whether anything changed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from wardkey.audit.models import AttemptEntry, ChangeEntry, Entry
from wardkey.batches.models import Batch, BatchPlace
from wardkey.compatibility.models import CheckedDevice
from wardkey.deciding.models import RoleReview
from wardkey.inventory.models import Box, Custody, Unit, UnitKey
from wardkey.keys.models import RemovalRequest, SecurityKey
from wardkey.lifecycle.models import Invitation, JoinerCode, KeyTransfer
from wardkey.notifications.models import OutboxMessage
from wardkey.organisations.models import PolicyValue
from wardkey.people.models import Membership, Person, PolicyException, RoleGrant
from wardkey.recovery.models import (
    AccessPass,
    AuthenticatorApp,
    IdentityCode,
    PassRequest,
    PasswordReset,
    RecoveryCode,
    Vouching,
)
from wardkey.sessions.models import Application, Session, StationCode

KEPT = [
    SecurityKey,
    RemovalRequest,
    Person,
    Membership,
    RoleGrant,
    RoleReview,
    AccessPass,
    AuthenticatorApp,
    RecoveryCode,
    PasswordReset,
    PassRequest,
    IdentityCode,
    Vouching,
    Invitation,
    JoinerCode,
    KeyTransfer,
    Box,
    Unit,
    UnitKey,
    Custody,
    PolicyValue,
    PolicyException,
    CheckedDevice,
    Application,
    StationCode,
    Batch,
    BatchPlace,
    ChangeEntry,
    OutboxMessage,
]


def told(entry: Entry) -> SimpleNamespace:
    """An entry as its canonical bytes tell it."""
    return SimpleNamespace(**json.loads(bytes(entry.canonical)))


def changes(code: str) -> list[SimpleNamespace]:
    return [told(entry) for entry in ChangeEntry.objects.filter(code=code).order_by("id")]


def attempts(code: str) -> list[SimpleNamespace]:
    return [told(entry) for entry in AttemptEntry.objects.filter(code=code).order_by("id")]


def last_refusal() -> tuple[str, str, str]:
    """Code, step and reason of the newest entry of the stream of attempts."""
    entry = told(AttemptEntry.objects.latest("id"))
    return entry.code, entry.parameters.get("step", ""), entry.parameters["reason"]


def state_of_things() -> dict[str, list[dict]]:
    with connection.cursor() as cursor:
        rows = {each.__name__: rows_of(each, cursor) for each in KEPT}
    # Not which: whoever confirms that it is they goes on in a new one.
    live = Session.objects.filter(ended_at=None).values("person", "owed", "level")
    return {**rows, "sessions": sorted(map(str, live))}


def rows_of(model: type[Model], cursor: CursorWrapper) -> list[dict]:
    """As the database holds them: what the ORM makes of them costs more than reading them."""
    table = model._meta
    cursor.execute(f"SELECT * FROM {table.db_table} ORDER BY {table.pk.column}")
    columns = [name for name, *_more in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = state_of_things()
    yield
    assert state_of_things() == before


@contextmanager
def only_mail_goes_out() -> Iterator[None]:
    before = state_of_things() | {"OutboxMessage": []}
    yield
    assert state_of_things() | {"OutboxMessage": []} == before
