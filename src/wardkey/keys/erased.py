"""The keys of somebody who is erased: removed, and nothing is left but what was counted.

locked    all of theirs, also the removed ones; before the holder's row is locked
erase     how many there were
"""

import uuid

from ..audit import events, log
from ..people.erased import NOTHING_SAID
from ..people.models import Person
from .models import RemovalRequest, SecurityKey, State
from .reasons import Reason
from .states import enter

# A credential's id and public key stay unique for ever by their SHA-256, which stay. So do the
# token's model and serial number, which tell of a thing that the organisation owns.
NOTHING_LEFT = {
    "nickname": NOTHING_SAID,
    "nickname_key": NOTHING_SAID,
    "credential_id": b"",
    "public_key": b"",
    "attestation_object": b"",
    "client_data_json": b"",
    "state_before": "",  # nobody undoes a removal of yesterday
}


def locked(holder_id: uuid.UUID) -> list[SecurityKey]:
    return list(SecurityKey.objects.select_for_update().filter(holder_id=holder_id).order_by("pk"))


def erase(holder: Person, keys: list[SecurityKey], *, by: log.Actor) -> int:
    """`keys` are locked."""
    for key in keys:
        if key.state != State.REMOVED:
            _remove(key, holder, by)
    RemovalRequest.objects.filter(key__in=keys).delete()
    return SecurityKey.objects.filter(holder=holder).update(**NOTHING_LEFT)


def _remove(key: SecurityKey, holder: Person, by: log.Actor) -> None:
    was = enter(key, State.REMOVED, by=None, reason=Reason.HOLDER_ERASED)
    log.record(
        events.KEY_REMOVED,
        actor=by,
        holder_id=holder.pk,
        organisation_id=holder.home_id,
        key=str(key.pk),
        nickname="",
        reason=key.state_reason,
        asked_by="",
        old={"state": was},
        new={"state": key.state},
    )
