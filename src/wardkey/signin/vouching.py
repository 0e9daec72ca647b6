"""A colleague vouches, with an own key, for somebody who asks for a pass.

keys_of_colleague   the colleague of that user name, and what they can vouch with
begin_vouching      at the browser of whoever issues the pass: a challenge for the chosen key
finish_vouching     PIN and touch were right: noted for one pass; nobody is logged in by it
vouched_by          who vouched just now
take                used up, in the transaction that issues the pass
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, request_id
from ..base.errors import CeremonyInvalid, InvalidInput, NotFound
from ..ceremonies import pending
from ..ceremonies.models import PendingCeremony, Purpose
from ..ceremonies.refusal import Refused
from ..keys import proving, queries
from ..keys.models import SecurityKey, State
from ..people.access import Asker, require_role_still_holds
from ..people.administrators import Act
from ..people.models import Person
from ..people.queries import person_by_username
from ..recovery.models import Vouching
from ..sessions import lifetime

HOLDS = timedelta(minutes=5)


def keys_of_colleague(
    asker: Asker, person: Person, username: str
) -> tuple[Person, list[SecurityKey]]:
    """Raises InvalidInput (`colleague`), the same for nobody, somebody from elsewhere, somebody
    without a token in use, the asker, and the person themselves."""
    found = person_by_username(username)
    if found is None or not _may_vouch(asker, person, found):
        raise InvalidInput("colleague", field="colleague")
    keys = queries.keys_in_use_of(found)
    if not keys:
        raise InvalidInput("colleague", field="colleague")
    return found, keys


def _may_vouch(asker: Asker, person: Person, colleague: Person) -> bool:
    is_another = colleague.pk not in {asker.person.pk, person.pk}
    return is_another and colleague.home_id == person.home_id and colleague.may_sign_in


def begin_vouching(
    *, asker: Asker, person: Person, username: str, key_id: uuid.UUID
) -> tuple[PendingCeremony, dict]:
    """Raises InvalidInput as `keys_of_colleague`, NotFound where the key is none of theirs."""
    colleague, _keys = keys_of_colleague(asker, person, username)
    key = queries.key_to_ask_of(colleague, key_id)
    if key.state != State.ACTIVE:
        raise NotFound("key_gone")
    return pending.begin(
        purpose=Purpose.VOUCH,
        holder_id=person.pk,
        actor_id=asker.person.pk,
        organisation_id=asker.organisation_id,
        session_id=asker.session_id,
        security_stamp=colleague.security_stamp,
        options_for=proving.options_for(key),
        key_id=key.pk,
        sign_count=key.sign_count,
        deed=str(colleague.pk),
    )


def finish_vouching(*, asker: Asker, person: Person, ceremony_id: uuid.UUID, answer: dict) -> None:
    """Raises CeremonyInvalid, whose cause only the trail learns."""
    with _refusals_recorded(asker, person):
        ceremony = pending.take(
            ceremony_id,
            purpose=Purpose.VOUCH,
            holder_id=person.pk,
            actor_id=asker.person.pk,
            organisation_id=asker.organisation_id,
            session_id=asker.session_id,
        )
        colleague = _colleague(ceremony)
        with proving.copies_told(colleague, ceremony), transaction.atomic():
            key = queries.locked_key_of(colleague, pending.chosen_key_id(ceremony))
            require_role_still_holds(asker, person, Act.ISSUE_PASSES)
            lifetime.require_live(asker.session_id)
            _judge(ceremony, answer, key)
            _note(asker, person, colleague)


def _colleague(ceremony: PendingCeremony) -> Person:
    return Person.objects.select_related("home").get(pk=ceremony.deed)


def _judge(ceremony: PendingCeremony, answer: dict, key: SecurityKey) -> None:
    """Only a key in use vouches: one that waits is not known to be in its holder's hands."""
    if key.state != State.ACTIVE:
        raise Refused(step="7.2.6", reason="key_state")
    proving.note_use(key, proving.judge(ceremony, answer, key))


def _note(asker: Asker, person: Person, colleague: Person) -> None:
    Vouching.objects.create(
        person=person,
        vouched_by=colleague,
        asked_by_id=asker.person.pk,
        session_id=asker.session_id,
        vouched_at=clock.now(),
    )
    log.record(
        events.VOUCHED_FOR,
        actor=log.person(colleague),
        holder_id=person.pk,
        organisation_id=person.home.pk,
        issuer=str(asker.person.pk),
    )


@contextmanager
def _refusals_recorded(asker: Asker, person: Person) -> Iterator[None]:
    try:
        yield
    except (Refused, NotFound) as refusal:
        log.record(
            events.VOUCHING_REFUSED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
            step=getattr(refusal, "step", "7.2.6"),
            reason=refusal.reason or "key_state",
        )
        raise CeremonyInvalid(reference=request_id.current()) from refusal


def vouched_by(asker: Asker, person: Person) -> str:
    """The colleague's name; empty where nobody vouched in the last five minutes."""
    names = _open(asker, person).values_list("vouched_by__name", flat=True)
    return names.order_by("-vouched_at").first() or ""


def take(asker: Asker, person: Person) -> uuid.UUID:
    """The colleague's id. Raises InvalidInput (`not_vouched`)."""
    row = _open(asker, person).order_by("-vouched_at").first()
    unused = _open(asker, person).filter(pk=row.pk) if row else Vouching.objects.none()
    if row is None or not unused.update(used_at=clock.now()):
        raise InvalidInput("not_vouched", field="checked")
    return row.vouched_by_id


def _open(asker: Asker, person: Person) -> QuerySet[Vouching]:
    """At this browser, for this person."""
    return Vouching.objects.filter(
        person=person,
        session_id=asker.session_id,
        used_at=None,
        vouched_at__gt=clock.now() - HOLDS,
    )
