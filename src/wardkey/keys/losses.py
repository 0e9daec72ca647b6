"""A key is out of its holder's hands for now: it opens nothing until it is resumed.

suspend_key           an administrator or the helpdesk, at once; who may resume it is somebody else
report_lost           the holder, with no more than a password: losing it must not take a key
suspend_as_precaution the portal, where a pass was stopped
suspend_with_unit     with the unit that somebody reported lost, whoever’s keys are on it
suspend_left_behind   the portal, where the holder logs in with another factor instead
resume_key            an administrator; or the holder who reported it, signed in with another key
suspend_copied_key    the portal, where policy says so and the sign count fell
"""

import uuid
from collections.abc import Callable, Sequence

from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell, tell_administrators
from ..people.policy import policy_for
from ..sessions import lifetime
from . import queries
from .models import SecurityKey, State
from .reasons import SUSPENDED_FOR, Reason
from .states import Step, enter, require_step


def suspend_key(
    *, asker: Asker, holder: Person, key_id: uuid.UUID, reason: Reason = Reason.PRECAUTION
) -> SecurityKey:
    """Raises InvalidInput; Conflict where it is suspended; NotFound (`key_gone`) where removed."""
    if reason not in SUSPENDED_FOR:
        raise InvalidInput("reason", field="reason")
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        require_still_administered(asker, holder, Act.SUSPEND_KEYS)
        _suspend(key, holder, by=asker.person, reason=reason, asker=asker)
    return key


def report_lost(*, holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """By the holder, who may be half signed in: a password is enough to stop a key, never to
    start it again (NIST SP 800-63B §6.2). Raises Conflict, NotFound as `suspend_key`."""
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        _suspend(key, holder, by=holder, reason=Reason.LOST)
    return key


def suspend_copied_key(*, holder: Person, key_id: uuid.UUID) -> None:
    """After a sign count fell. Does nothing where policy does not ask for it."""
    if policy_for(holder).suspend_on_count_fall != "yes":
        return
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        if key.state != State.SUSPENDED:
            _suspend(key, holder, by=None, reason=Reason.COUNT_FELL)


def suspend_left_behind(*, holder: Person, keys: Sequence[SecurityKey]) -> None:
    """In the transaction of that login; the keys are locked. Wherever they are, they are not at
    hand, and whoever holds another factor of somebody's is not to go unseen beside the key."""
    for key in keys:
        _suspend(key, holder, by=holder, reason=Reason.NOT_AT_HAND)


def suspend_with_unit(*, asker: Asker, keys: Sequence[SecurityKey]) -> int:
    """In the caller's transaction, which locked them. Nothing is asked about their holders: the
    thing itself is gone (docs/adr/0029-the-stockroom.md). What a holder stopped is stopped by the
    asker from now on, for the reason that it had, so that the holder alone does not start it again.
    Returns how many it stopped."""
    going = [key for key in keys if key.state != State.SUSPENDED]
    own = [key for key in keys if key.state == State.SUSPENDED and _stopped_by_holder(key)]
    for key in going + own:
        reason = Reason(key.state_reason) if key in own and key.state_reason else Reason.LOST
        _stop(key, key.holder, by=asker.person, reason=reason, asker=asker)
    return len(going) + len(own)


def _stopped_by_holder(key: SecurityKey) -> bool:
    return key.state_by_id == key.holder_id and key.state_reason != Reason.RESET


def suspend_as_precaution(*, holder: Person, keys: Sequence[SecurityKey]) -> None:
    """In the caller's transaction, which locked them: somebody else may have registered them."""
    for key in keys:
        _suspend(key, holder, by=None, reason=Reason.PRECAUTION)


def _suspend(
    key: SecurityKey,
    holder: Person,
    *,
    by: Person | None,
    reason: Reason,
    asker: Asker | None = None,
) -> None:
    require_step(key, Step.SUSPEND)
    _stop(key, holder, by=by, reason=reason, asker=asker)


def _stop(
    key: SecurityKey, holder: Person, *, by: Person | None, reason: Reason, asker: Asker | None
) -> None:
    was = enter(key, State.SUSPENDED, by=by.pk if by else None, reason=reason)
    lifetime.end_for_key(key.pk, holder_id=key.holder_id, reason="key_suspended")
    log.record(
        events.KEY_SUSPENDED,
        actor=_actor(asker, by),
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        reason=reason,
        old={"state": was},
        new={"state": key.state},
    )
    name = asker.name if asker else by.name if by else ""
    about = {"nickname": key.nickname, "by": name, "reason": reason}
    tell(messages.key_suspended, person=holder, **about)
    tell_administrators(messages.key_to_see_to, about=holder, besides=by, **about)


def _actor(asker: Asker | None, by: Person | None) -> log.Actor:
    if asker is not None:
        return asker.actor
    return log.person(by) if by else log.SYSTEM


def resume_key(
    *,
    asker: Asker,
    holder: Person,
    key_id: uuid.UUID,
    also_require: Callable[[SecurityKey], None],
) -> SecurityKey:
    """`also_require` is what a door has to ask of the locked key beside this. Raises what that
    raises; Forbidden where the holder did not suspend it; Conflict where nobody did, and where the
    token was reset: nothing is on it that could work again."""
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        require_still_administered(asker, holder, Act.RESUME_KEYS)
        require_step(key, Step.RESUME)
        if key.state_reason == Reason.RESET:
            raise Conflict("key_reset")
        _require_own_report(asker, holder, key)
        also_require(key)
        enter(key, State.ACTIVE if key.is_handed_over else State.WAITING, by=asker.person.pk)
        _announce_return(asker, holder, key)
    return key


def _require_own_report(asker: Asker, holder: Person, key: SecurityKey) -> None:
    """What somebody else or the portal stopped is not the holder's to start again."""
    if asker.person.pk == holder.pk and key.state_by_id != holder.pk:
        raise Forbidden("suspended_by_another")


def _announce_return(asker: Asker, holder: Person, key: SecurityKey) -> None:
    log.record(
        events.KEY_RESUMED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        old={"state": State.SUSPENDED},
        new={"state": key.state},
    )
    tell(messages.key_resumed, person=holder, nickname=key.nickname, by=asker.name)
