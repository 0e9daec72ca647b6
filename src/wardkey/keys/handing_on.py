"""Keys when their holder leaves for good, or for another organisation.

locked_keys_of       before the holder's row is locked, never after
put_out_of_use       the account was closed: each stays suspended until an administrator resumes it
is_allowed_in        may a key that somebody brings be used there?
take_back            its owner has it, or keeps it: removed, and nobody undoes that
"""

import uuid

from django.db.models import QuerySet

from ..audit import events, log
from ..base.errors import ModelNotAllowed
from ..keymodels.attestation import Proved
from ..keymodels.policy import require_allowed_model
from ..organisations.models import Organisation
from ..organisations.policy import policy_of
from ..people.models import Person
from ..sessions import lifetime
from .judging import model_policy
from .models import USABLE, SecurityKey, State
from .reasons import Reason
from .states import enter


def locked_keys_of(holder_id: uuid.UUID) -> list[SecurityKey]:
    """All but the removed ones; nobody else changes them until the transaction ends."""
    return list(_kept().filter(holder_id=holder_id).order_by("pk"))


def _kept() -> QuerySet[SecurityKey]:
    return SecurityKey.objects.select_for_update().exclude(state=State.REMOVED)


def put_out_of_use(keys: list[SecurityKey]) -> int:
    """Returns how many were in use."""
    in_use = [key for key in keys if key.state in USABLE]
    for key in in_use:
        enter(key, State.SUSPENDED, by=None, reason=Reason.HOLDER_LEFT)
    return len(in_use)


def is_allowed_in(key: SecurityKey, organisation: Organisation) -> bool:
    """By what was proved of it, and the policy there as it is now."""
    policy = model_policy(policy_of(organisation))
    try:
        require_allowed_model(policy, Proved.from_json(key.proved["model"]))
    except ModelNotAllowed:
        return False
    return True


def take_back(key_id: uuid.UUID, *, by: Person) -> bool:
    """Whether it was there: nothing happens where it was removed before."""
    keys = list(_kept().filter(pk=key_id))
    for key in keys:
        was = enter(key, State.REMOVED, by=by.pk, reason=Reason.TAKEN_BACK)
        lifetime.end_for_key(key.pk, holder_id=key.holder_id, reason="key_taken_back")
        log.record(
            events.KEY_REMOVED,
            actor=log.person(by),
            holder_id=key.holder_id,
            organisation_id=key.holder.home_id,
            key=str(key.pk),
            nickname=key.nickname,
            reason=key.state_reason,
            asked_by="",
            old={"state": was},
            new={"state": key.state},
        )
    return bool(keys)
