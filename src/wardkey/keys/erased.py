"""The keys of somebody who is erased: removed, and nothing is left but what was counted."""

from ..audit import events, log
from ..people.models import Person
from .models import SecurityKey, State
from .reasons import Reason
from .states import enter

# A credential's id and public key stay unique for ever by their SHA-256, which stay. So do the
# token's model and serial number, which tell of a thing that the organisation owns.
NOTHING_LEFT = {
    "nickname": "",
    "nickname_key": "",
    "credential_id": b"",
    "public_key": b"",
    "attestation_object": b"",
    "client_data_json": b"",
}


def erase(holder: Person, kept: list[SecurityKey], *, by: log.Actor) -> int:
    """`kept` are locked: all of theirs but the removed ones. Returns how many there were in all."""
    for key in kept:
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
    return SecurityKey.objects.filter(holder=holder).update(**NOTHING_LEFT)
