"""The way in when no administrator gets in: on the host only, for hours, and everybody hears of it.

break_glass    a platform administrator's role until it ends by itself
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..keys.queries import has_key_in_use
from ..notifications import messages
from ..organisations import queries
from ..organisations.models import Organisation
from ..people import accounts, administrators, contacts, roles
from ..people.models import Person, Role
from ..people.notices import tell
from ..people.queries import person_by_username
from ..recovery import access_pass
from . import founding

LONGEST = 24  # hours
REASON_AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is not yet known to the portal."""

    name: str
    email: str
    password: str


@transaction.atomic
def break_glass(*, username: str, reason: str, hours: int, newcomer: Newcomer | None) -> str:
    """Returns an access pass; nothing where the person has a key in use and enters with that.

    Raises InvalidInput: hours, reason, no_root, not_active, and as `create_administrator`.
    """
    reason = _require_sense(reason, hours)
    root = _root()
    person = person_by_username(username) or _take_in(username, newcomer, root)
    if not person.may_sign_in:
        raise InvalidInput("not_active", field="username")
    roles.grant_role(
        person=person,
        role=Role.PLATFORM_ADMINISTRATOR,
        organisation=root,
        with_those_below=True,
        by=log.OPERATOR,
        until=clock.now() + timedelta(hours=hours),
    )
    _announce(person, root, reason=reason, hours=hours)
    if has_key_in_use(person):
        return ""
    return access_pass.issue(person=person, by=log.OPERATOR, organisation_id=person.home.pk)


def _require_sense(reason: str, hours: int) -> str:
    if not 1 <= hours <= LONGEST:
        raise InvalidInput("hours", field="hours")
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_AT_MOST:
        raise InvalidInput("reason", field="reason")
    return reason


def _root() -> Organisation:
    root = queries.root()
    if root is None:
        raise InvalidInput("no_root")
    return root


def _take_in(username: str, newcomer: Newcomer | None, root: Organisation) -> Person:
    if newcomer is None:
        raise InvalidInput("unknown", field="username")
    own = [newcomer.name, username, newcomer.email]
    founding.require_password(newcomer.password, own=own)
    contacts.require_mail_address(newcomer.email)
    return accounts.add_person(
        username=username,
        name=newcomer.name,
        email=newcomer.email,
        organisation=root,
        by=log.OPERATOR,
        password=newcomer.password,
    )


def _announce(person: Person, root: Organisation, *, reason: str, hours: int) -> None:
    log.record(
        events.BREAK_GLASS,
        actor=log.OPERATOR,
        holder_id=person.pk,
        organisation_id=root.pk,
        hours=hours,
        reason_given=reason,
    )
    everybody = {each.pk: each for each in [person, *administrators.platform_administrators()]}
    for each in everybody.values():
        tell(messages.glass_broken, person=each, holder=person.name, hours=hours, reason=reason)
