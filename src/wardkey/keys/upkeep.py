"""What happens to a registered key: it gets another name, it is removed, it comes back.

rename_key
remove_key            for a reason; with it end the sessions that it made, and of a thief's all
would_lock_out        asked by remove_key, and by its page before anybody presses
require_another_key   a key of one's own is not removed by what it proved itself; asked by both too
undo_removal          within 24 hours, as it was before
make_removals_final   what the keys were registered on is out of their holders' hands
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from ..audit import events, log
from ..base.errors import Conflict, Forbidden, NicknameTaken
from ..base.text import canonical_name
from ..notifications import messages
from ..people.access import Asker, require_proof, require_still_administered, still_administered
from ..people.administrators import Act
from ..people.grants import giving_rights
from ..people.models import Person
from ..people.notices import tell, tell_administrators
from ..sessions import lifetime
from . import queries
from .four_eyes import require_may_remove
from .models import RemovalRequest, SecurityKey, State
from .nicknames import clean_nickname, require_free_nickname
from .reasons import Reason, require_reason_to_remove
from .registration import require_room
from .states import Step, enter, require_step


def rename_key(*, asker: Asker, holder: Person, key_id: uuid.UUID, nickname: str) -> SecurityKey:
    """Raises InvalidInput, NicknameTaken; NotFound (`key_gone`) where it was removed meanwhile."""
    nickname = clean_nickname(nickname)
    with _name_taken_meanwhile(), transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        require_still_administered(asker, holder, Act.MANAGE_KEYS)
        require_free_nickname(holder, nickname, besides=key)
        was, key.nickname, key.nickname_key = key.nickname, nickname, canonical_name(nickname)
        key.save(update_fields=["nickname", "nickname_key"])
        if was != nickname:
            _announce_new_name(asker, holder, key, was=was)
    return key


@contextmanager
def _name_taken_meanwhile() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise NicknameTaken("nickname_taken", field="nickname") from error


def _announce_new_name(asker: Asker, holder: Person, key: SecurityKey, *, was: str) -> None:
    log.record(
        events.KEY_RENAMED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        old={"nickname": was},
        new={"nickname": key.nickname},
    )
    tell(
        messages.key_renamed,
        person=holder,
        was=was,
        nickname=key.nickname,
        by=asker.name,
    )


def remove_key(
    *,
    asker: Asker,
    holder: Person,
    key_id: uuid.UUID,
    reason: Reason = Reason.RETURNED,
    stolen_since: datetime | None = None,
) -> SecurityKey:
    """Raises Conflict where somebody would lock themselves out, or where a second administrator
    has to agree; Forbidden where policy keeps administrators' keys; NotFound as `rename_key`;
    InvalidInput where a theft has no moment, or one to come."""
    require_reason_to_remove(reason, stolen_since)
    with transaction.atomic():
        key = queries.locked_key_of(holder, key_id)
        theirs = still_administered(asker, holder, Act.MANAGE_KEYS)
        require_step(key, Step.REMOVE)
        _require_a_way_back(asker, holder, key)
        require_another_key(asker, holder, key)
        request = require_may_remove(key, asker=asker, holder=holder, roles=theirs)
        if stolen_since:
            _keep_moment(key, stolen_since)
        was = enter(key, State.REMOVED, by=asker.person.pk, reason=reason)
        RemovalRequest.objects.filter(key=key).delete()
        _end_sessions(asker, holder, key)
        _announce_removal(asker, holder, key, was=was, request=request)
        if holder.pk != asker.person.pk and giving_rights(theirs):
            _tell_who_removed(asker, holder, key, request=request)
    return key


def would_lock_out(asker: Asker, holder: Person, key: SecurityKey) -> bool:
    """Whether, with this key, the asker would remove their own way in."""
    return holder.pk == asker.person.pk and not queries.has_another_in_use(holder, key)


def _require_a_way_back(asker: Asker, holder: Person, key: SecurityKey) -> None:
    queries.hold_keys_of(holder)
    if would_lock_out(asker, holder, key):
        raise Conflict("own_last_key")


def require_another_key(asker: Asker, holder: Person, key: SecurityKey) -> None:
    """Raises ProofRequired where only this key of the asker's own proved that it is they."""
    if holder.pk == asker.person.pk:
        require_proof(asker, Act.MANAGE_KEYS, holder, without=key.pk)


def _keep_moment(key: SecurityKey, stolen_since: datetime) -> None:
    """Never before the key was there."""
    key.stolen_since = max(stolen_since, key.registered_at)
    key.save(update_fields=["stolen_since"])


def _end_sessions(asker: Asker, holder: Person, key: SecurityKey) -> None:
    lifetime.end_for_key(key.pk, holder_id=key.holder_id, reason="key_removed")
    if key.state_reason == Reason.STOLEN:
        # Whoever had the key may have opened others; the one who says so goes on.
        lifetime.end_others_of_person(holder.pk, besides=asker.session_id, reason="key_stolen")


def _announce_removal(
    asker: Asker, holder: Person, key: SecurityKey, *, was: State, request: RemovalRequest | None
) -> None:
    log.record(
        events.KEY_REMOVED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        reason=key.state_reason,
        asked_by=str(request.asked_by_id) if request else "",
        old={"state": was},
        new={"state": key.state},
    )
    about = {"nickname": key.nickname, "by": asker.name, "reason": key.state_reason}
    tell(messages.key_removed, person=holder, **about)
    if key.state_reason == Reason.STOLEN:
        tell_administrators(messages.key_stolen, about=holder, besides=asker.person, **about)


def _tell_who_removed(
    asker: Asker, holder: Person, key: SecurityKey, *, request: RemovalRequest | None
) -> None:
    """Of another administrator's key, so that nobody does it in their name unseen."""
    about = {"nickname": key.nickname, "by": asker.name, "reason": key.state_reason}
    for each in {asker.person, request.asked_by} if request else {asker.person}:
        tell(messages.administrators_key_removed, person=each, holder=holder.name, **about)


def undo_removal(*, asker: Asker, holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """Raises Conflict where it was not removed, or may not come back; Forbidden where somebody else
    removed it, which is not its holder's to undo; NicknameTaken, TooManyKeys
    where another key took its place. Sessions that ended stay ended."""
    with _name_taken_meanwhile(), transaction.atomic():
        key = queries.locked_key_in_any_state(holder, key_id)
        require_still_administered(asker, holder, Act.UNDO_REMOVAL)
        require_step(key, Step.UNDO_REMOVAL)
        if not key.may_come_back:
            raise Conflict("removal_final")
        if asker.person.pk == holder.pk and key.state_by_id != holder.pk:
            raise Forbidden("removed_by_another")
        require_free_nickname(holder, key.nickname)
        queries.hold_keys_of(holder)
        require_room(holder, having=queries.count_keys_of(holder))
        _enter_again(key, by=asker.person)
        _announce_return(asker, holder, key)
    return key


def make_removals_final(key_ids: Iterable[uuid.UUID]) -> None:
    """In the transaction of the deed, before it locks what the keys are on: an undoing that came
    first is waited for, and finds its key in use."""
    keys = SecurityKey.objects.select_for_update().filter(pk__in=list(key_ids)).order_by("pk")
    removed = [key.pk for key in keys if key.state == State.REMOVED]
    SecurityKey.objects.filter(pk__in=removed).update(state_before="")


def _enter_again(key: SecurityKey, *, by: Person) -> None:
    """Who suspended it before is not known any more, so a holder who undoes their own removal has
    not suspended it: only an administrator resumes it (losses.resume_key)."""
    before = State(key.state_before)
    enter(key, before, by=None if before == State.SUSPENDED else by.pk)


def _announce_return(asker: Asker, holder: Person, key: SecurityKey) -> None:
    log.record(
        events.KEY_REMOVAL_UNDONE,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        old={"state": State.REMOVED},
        new={"state": key.state},
    )
    tell(messages.key_removal_undone, person=holder, nickname=key.nickname, by=asker.name)
