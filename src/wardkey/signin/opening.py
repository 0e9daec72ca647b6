"""A session becomes whole: recorded and started, by whatever proof."""

from datetime import datetime

from ..audit import events, log
from ..keys.models import SecurityKey
from ..people.models import Person
from ..sessions import lifetime
from ..sessions.levels import Level
from ..sessions.models import Session
from .source import Source

SignedIn = tuple[Session, str]


def whole_session(
    person: Person,
    *,
    level: Level,
    seen: Session | Source,
    key: SecurityKey | None = None,
    ends_at: datetime | None = None,
) -> SignedIn:
    """In the transaction of what proved it. The session, and the secret that the browser keeps.

    `seen` is the session that goes further, or where the first one comes from. `ends_at` is set
    where it ends earlier than others.
    """
    log.record(
        events.SIGNED_IN,
        **about(person),
        level=level,
        key=str(key.pk) if key else "",
        nickname=key.nickname if key else "",
    )
    return lifetime.start(
        person=person,
        level=level,
        key_id=key.pk if key else None,
        device=seen.device,
        address=seen.address,
        ends_at=ends_at,
        shared_computer=seen.shared_computer,
    )


def about(person: Person) -> dict:
    """What an entry says of somebody who acts for themselves."""
    return {
        "actor": log.person(person),
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
