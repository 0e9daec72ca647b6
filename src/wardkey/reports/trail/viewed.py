"""Who reads the audit trail is in it.

note_viewed    after it was read: of an organisation, or about one person
"""

from ...audit import events, log
from ...people.access import Asker
from ...people.models import Person


def note_viewed(asker: Asker, *, about: Person | None = None, stream: str = "") -> None:
    """`stream` is empty for both, and `file` where both were taken away as one."""
    log.record(
        events.AUDIT_VIEWED,
        actor=asker.actor,
        holder_id=about.pk if about else None,
        organisation_id=asker.organisation_id,
        seen=stream or "both",
    )
