"""May somebody's administrator remove the key of another administrator? Policy says: by
themselves, with a second one who agrees, or not at all (`administrators_keys`).

removal_of             which of these holds for one asker, and what was asked for so far
ask_for_removal        the first of two; the second one removes it (upkeep.remove_key)
require_may_remove     asked by remove_key, inside its transaction

Suspending stays open to each of them: it stops a key at once, and is taken back as easily.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden
from ..notifications import messages
from ..organisations.models import Organisation
from ..people.access import Asker, still_administered
from ..people.administrators import Act, administrators_near
from ..people.models import Person, RoleGrant, Status
from ..people.notices import tell
from ..people.policy import policy_for
from . import queries
from .models import RemovalRequest, SecurityKey
from .reasons import Reason, require_reason_to_remove
from .states import Step, require_step

HOLDS = timedelta(days=7)


class By(Enum):
    """Who removes it."""

    ONE = "one"
    TWO = "two"
    NOBODY_ELSE = "nobody_else"


@dataclass(frozen=True, slots=True)
class Removal:
    """`request` is open, by whomever; `is_agreed` where it is by somebody else than the asker."""

    by: By
    request: RemovalRequest | None = None
    is_agreed: bool = False


def removal_of(
    key: SecurityKey, *, asker: Asker, holder: Person, roles: Sequence[RoleGrant]
) -> Removal:
    """One's own key, and that of somebody without a role, is removed by one. `roles` are those that
    the holder holds: one counts that may give rights tomorrow, as it does where a pass is issued
    (signin/passes.py)."""
    if asker.person.pk == holder.pk or not roles:
        return Removal(By.ONE)
    by = By(policy_for(holder).administrators_keys)
    if by != By.TWO:
        return Removal(by)
    request = _open_request(key)
    return Removal(by, request, request is not None and request.asked_by_id != asker.person.pk)


def _open_request(key: SecurityKey) -> RemovalRequest | None:
    """Of somebody whose roles and account are what they were when they asked."""
    requests = RemovalRequest.objects.filter(
        key=key,
        asked_at__gt=clock.now() - HOLDS,
        asked_by__status=Status.ACTIVE,
        asked_by__security_stamp=F("security_stamp"),
    )
    return requests.select_related("asked_by").first()


def require_may_remove(
    key: SecurityKey, *, asker: Asker, holder: Person, roles: Sequence[RoleGrant]
) -> RemovalRequest | None:
    """The request with which the asker agrees, where policy asks for two. Raises Forbidden
    (administrators_keys), Conflict (second_administrator)."""
    removal = removal_of(key, asker=asker, holder=holder, roles=roles)
    if removal.by == By.NOBODY_ELSE:
        raise Forbidden("administrators_keys")
    if removal.by == By.TWO and not removal.is_agreed:
        raise Conflict("second_administrator")
    return removal.request


def ask_for_removal(
    *,
    asker: Asker,
    holder: Person,
    key_id: uuid.UUID,
    reason: Reason,
    stolen_since: datetime | None = None,
) -> SecurityKey:
    """Asked again, it holds for seven days anew. Raises InvalidInput and NotFound as `remove_key`;
    Conflict (one_administrator) where nobody has to be asked, or somebody else asked before."""
    require_reason_to_remove(reason, stolen_since)
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        theirs = still_administered(asker, holder, Act.MANAGE_KEYS)
        require_step(key, Step.REMOVE)
        removal = removal_of(key, asker=asker, holder=holder, roles=theirs)
        if removal.by != By.TWO or removal.is_agreed:
            raise Conflict("one_administrator")
        _keep(key, asker.person, reason=reason, stolen_since=stolen_since)
        _announce(asker, holder, key, reason)
    return key


def _keep(
    key: SecurityKey, asked_by: Person, *, reason: Reason, stolen_since: datetime | None
) -> None:
    asked = {
        "asked_by": asked_by,
        "security_stamp": asked_by.security_stamp,
        "asked_at": clock.now(),
        "reason": reason,
        "stolen_since": stolen_since,
    }
    RemovalRequest.objects.update_or_create(key=key, defaults=asked)


def _announce(asker: Asker, holder: Person, key: SecurityKey, reason: Reason) -> None:
    log.record(
        events.KEY_REMOVAL_ASKED_FOR,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        reason=reason,
    )
    about = {"nickname": key.nickname, "by": asker.name, "reason": reason}
    tell(messages.key_to_be_removed, person=holder, **about)
    for other in _others_near(holder.home, besides={asker.person, holder}):
        tell(messages.removal_to_agree_with, person=other, holder=holder.name, **about)


def _others_near(place: Organisation | None, *, besides: Collection[Person]) -> list[Person]:
    """Who may agree: of the nearest organisation that has another administrator."""
    while place is not None:
        others = [person for person in administrators_near(place) if person not in besides]
        if others:
            return others
        place = place.parent
    return []
