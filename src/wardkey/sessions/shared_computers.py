"""A computer at which many people sit, one after the other: marked as shared, and no longer.

Its browser keeps the mark (signin/browser.py); the trail knows by whom and under which id. Without
a mark, whoever signs in says so for themselves.
"""

from django.db import transaction

from ..audit import events, log
from ..base import codes
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from .lifetime import require_live


def mark(*, asker: Asker) -> str:
    """The computer's id, which is no secret. The session that asks is at a shared computer too."""
    computer = codes.new_secret()[:22]
    with transaction.atomic():
        require_still_allowed(asker, Act.MARK_COMPUTERS)
        session = require_live(asker.session_id)
        session.shared_computer = True
        session.save(update_fields=["shared_computer"])
        log.record(events.COMPUTER_SHARED, **_by(asker), computer=computer)
    return computer


def unmark(*, asker: Asker, computer: str) -> None:
    """The session that asks stays as it is until Logout."""
    with transaction.atomic():
        require_still_allowed(asker, Act.MARK_COMPUTERS)
        require_live(asker.session_id)
        log.record(events.COMPUTER_NOT_SHARED, **_by(asker), computer=computer)


def _by(asker: Asker) -> dict:
    return {"actor": asker.actor, "organisation_id": asker.organisation_id}
