"""What happens to a registered key: it gets another name, it is removed.

rename_key
remove_key       with it end the sessions that it made
would_lock_out   asked by remove_key, and by its page before anybody presses
"""

import uuid

from django.db import IntegrityError, transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, NicknameTaken
from ..base.text import canonical_name
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..sessions import lifetime
from . import queries
from .models import SecurityKey, State
from .nicknames import clean_nickname, require_free_nickname


def rename_key(*, asker: Asker, holder: Person, key_id: uuid.UUID, nickname: str) -> SecurityKey:
    """Raises InvalidInput, NicknameTaken; NotFound (`key_gone`) where it was removed meanwhile."""
    nickname = clean_nickname(nickname)
    try:
        with transaction.atomic():
            require_still_administered(asker, holder, Act.MANAGE_KEYS)
            key = queries.locked_key_of(holder, key_id)
            require_free_nickname(holder, nickname, besides=key)
            was, key.nickname, key.nickname_key = key.nickname, nickname, canonical_name(nickname)
            key.save(update_fields=["nickname", "nickname_key"])
            if was != nickname:
                _announce_new_name(asker, holder, key, was=was)
    except IntegrityError as error:
        raise NicknameTaken("nickname_taken", field="nickname") from error
    return key


def _announce_new_name(asker: Asker, holder: Person, key: SecurityKey, *, was: str) -> None:
    log.record(
        events.KEY_RENAMED,
        actor=log.person(asker.person.pk),
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
        by=asker.person.name,
    )


def remove_key(*, asker: Asker, holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """Raises Conflict where somebody would lock themselves out; NotFound as `rename_key`."""
    with transaction.atomic():
        require_still_administered(asker, holder, Act.MANAGE_KEYS)
        key = queries.locked_key_of(holder, key_id)
        _require_a_way_back(asker, holder, key)
        was, key.state, key.state_reason = key.state, State.REMOVED, ""
        key.state_since, key.state_by_id = clock.now(), asker.person.pk
        key.save(update_fields=["state", "state_reason", "state_since", "state_by_id"])
        lifetime.end_for_key(key.pk, reason="key_removed")
        _announce_removal(asker, holder, key, was=was)
    return key


def would_lock_out(asker: Asker, holder: Person, key: SecurityKey) -> bool:
    """Whether, with this key, the asker would remove their own way in."""
    return holder.pk == asker.person.pk and not queries.has_another_in_use(holder, key)


def _require_a_way_back(asker: Asker, holder: Person, key: SecurityKey) -> None:
    queries.hold_keys_of(holder)
    if would_lock_out(asker, holder, key):
        raise Conflict("own_last_key")


def _announce_removal(asker: Asker, holder: Person, key: SecurityKey, *, was: str) -> None:
    log.record(
        events.KEY_REMOVED,
        actor=log.person(asker.person.pk),
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        old={"state": was},
        new={"state": key.state},
    )
    tell(messages.key_removed, person=holder, nickname=key.nickname, by=asker.person.name)
