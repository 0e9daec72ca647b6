"""Somebody registers a security key: for another person at the desk, or for themselves.

begin_registration     the portal makes a challenge; the browser hands it to the key
receive_answer         the key's answer is taken, judged, and waits for its nickname
finish_registration    the key is kept, recorded and announced
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError, transaction

from ..audit import events, log
from ..base import clock, request_id
from ..base.errors import (
    CeremonyInvalid,
    Conflict,
    Forbidden,
    KeyAlreadyRegistered,
    ModelNotAllowed,
    TooManyKeys,
)
from ..base.text import canonical_name
from ..ceremonies import options, pending
from ..ceremonies.models import PendingCeremony, Purpose
from ..ceremonies.refusal import Refused
from ..notifications import messages
from ..people import accounts
from ..people.access import Asker, require_role_still_holds, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.policy import policy_for
from ..sessions import api_tokens, lifetime
from ..sessions.levels import Owed
from . import queries
from .first_use import came_into_use
from .judging import Judged, judge
from .models import SecurityKey, State
from .nicknames import clean_nickname, require_free_nickname
from .serial_numbers import clean_serial_number

Also = Callable[[SecurityKey], None]


def begin_registration(*, asker: Asker, holder: Person) -> tuple[PendingCeremony, dict]:
    """Returns the ceremony and PublicKeyCredentialCreationOptionsJSON. Raises Conflict
    (holder_out), TooManyKeys.

    The proof that is asked for here carries as far as the nickname: nobody else knows the
    challenge, and nobody is asked again while they look for a name.
    """
    with transaction.atomic():
        require_still_administered(asker, holder, Act.REGISTER_KEYS)
    if not holder.may_be_given_keys:
        raise Conflict("holder_out")
    with _refusals_recorded(asker, holder):
        require_room(holder, having=queries.count_keys_of(holder))
    exclude = queries.credentials_to_exclude(holder=holder, registrar=asker.person)

    def options_for(challenge: bytes) -> dict:
        return options.creation_options(
            rp_id=settings.RELYING_PARTY_ID,
            rp_name=settings.SERVICE_NAME,
            user_handle=bytes(holder.user_handle),
            user_name=holder.username,
            display_name=holder.name,
            challenge=challenge,
            exclude=exclude,
        )

    return pending.begin(
        purpose=Purpose.REGISTER,
        holder_id=holder.pk,
        actor_id=asker.person.pk,
        organisation_id=asker.organisation_id,
        session_id=asker.session_id,
        security_stamp=holder.security_stamp,
        options_for=options_for,
    )


def receive_answer(
    *, asker: Asker, holder: Person, registration_id: uuid.UUID, answer: dict
) -> None:
    """Raises CeremonyInvalid (whose cause only the audit trail learns), KeyAlreadyRegistered,
    ModelNotAllowed. A refused answer has used up its ceremony."""
    with _refusals_recorded(asker, holder):
        ceremony = pending.take(
            registration_id,
            purpose=Purpose.REGISTER,
            holder_id=holder.pk,
            actor_id=asker.person.pk,
            organisation_id=asker.organisation_id,
            session_id=asker.session_id,
        )
        judge(ceremony, answer, registrar=asker.person, holder=holder)
        pending.keep_answer(ceremony, answer)


def nothing_more(_key: SecurityKey) -> None:
    pass


def finish_registration(
    *,
    asker: Asker,
    holder: Person,
    registration_id: uuid.UUID,
    nickname: str,
    serial_number: str = "",
    also: Also = nothing_more,
) -> SecurityKey:
    """Raises InvalidInput or NicknameTaken, after which another name may be tried. `also` is done
    in the transaction that keeps the key."""
    nickname = clean_nickname(nickname)
    serial_number = clean_serial_number(serial_number)
    require_free_nickname(holder, nickname)
    named_once = _collisions_named(holder, nickname)
    with _refusals_recorded(asker, holder), named_once, transaction.atomic():
        queries.hold_keys_of(holder)
        require_role_still_holds(asker, holder, Act.REGISTER_KEYS)
        _require_still_there(asker, holder)
        ceremony = pending.take_answered(
            registration_id,
            holder_id=holder.pk,
            actor_id=asker.person.pk,
            organisation_id=asker.organisation_id,
            session_id=asker.session_id,
        )
        _require_unchanged(holder, ceremony)
        require_room(holder, having=queries.count_keys_of(holder))
        judged = judge(ceremony, ceremony.answer, registrar=asker.person, holder=holder)
        key = _keep(asker, holder, nickname, judged, serial_number)
        _announce(asker, holder, key)
        also(key)
    return key


def _require_still_there(asker: Asker, holder: Person) -> None:
    """What lets them in has not ended meanwhile; and a session that an access pass opened is for
    the first key only."""
    if asker.program is not None:
        return api_tokens.require_live(asker.session_id)
    session = lifetime.require_live(asker.session_id)
    if session.owed == Owed.FIRST_KEY and queries.has_key_in_use(holder):
        raise Forbidden("first_key")
    return None


def require_room(holder: Person, *, having: int) -> None:
    """Raises TooManyKeys."""
    if having >= policy_for(holder).keys_a_person:
        raise TooManyKeys


def _require_unchanged(holder: Person, ceremony: PendingCeremony) -> None:
    if not accounts.is_unchanged(holder.pk, security_stamp=ceremony.security_stamp):
        raise Refused(step="7.1.29", reason="holder_changed")


def _keep(
    asker: Asker, holder: Person, nickname: str, judged: Judged, serial_number: str
) -> SecurityKey:
    # WebAuthn L3 §7.1 steps 27 and 29
    now = clock.now()
    by_holder = asker.person.pk == holder.pk
    credential = judged.credential
    return SecurityKey.objects.create(
        holder=holder,
        nickname=nickname,
        nickname_key=canonical_name(nickname),
        relying_party_id=settings.RELYING_PARTY_ID,
        credential_id=credential.credential_id,
        credential_id_sha256=hashlib.sha256(credential.credential_id).digest(),
        public_key=credential.public_key,
        public_key_sha256=hashlib.sha256(credential.public_key).digest(),
        sign_count=credential.sign_count,
        backup_eligible=credential.backup_eligible,
        backup_state=credential.backup_state,
        transports=list(credential.transports),
        aaguid=credential.aaguid,
        model_id=judged.proved.model_id,
        model=judged.proved.name,
        proved=judged.as_json(),
        attestation_object=credential.attestation_object,
        client_data_json=credential.client_data_json,
        serial_number=serial_number,
        state=State.ACTIVE if by_holder else State.WAITING,
        state_since=now,
        state_by_id=asker.person.pk,
        registered_at=now,
        registered_by=asker.person,
    )


def _announce(asker: Asker, holder: Person, key: SecurityKey) -> None:
    if key.state == State.ACTIVE:
        came_into_use(holder, session_id=asker.session_id)
    log.record(
        events.KEY_REGISTERED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        aaguid=str(key.aaguid),
        new={"nickname": key.nickname, "state": key.state},
    )
    tell(messages.key_registered, person=holder, nickname=key.nickname, by=asker.name)


@contextmanager
def _collisions_named(holder: Person, nickname: str) -> Iterator[None]:
    """Somebody was quicker with the name, or with the credential."""
    try:
        yield
    except IntegrityError:
        require_free_nickname(holder, nickname)
        raise KeyAlreadyRegistered("registered") from None


@contextmanager
def _refusals_recorded(asker: Asker, holder: Person) -> Iterator[None]:
    """The trail learns step and reason; the browser a reference to them."""
    try:
        yield
    except Refused as refusal:
        _record_refusal(asker, holder, step=refusal.step, reason=refusal.reason)
        raise CeremonyInvalid(reference=request_id.current()) from refusal
    except (KeyAlreadyRegistered, ModelNotAllowed, TooManyKeys) as mistake:
        _record_refusal(asker, holder, step="", reason=f"{mistake.code} {mistake.reason}".strip())
        raise


def _record_refusal(asker: Asker, holder: Person, *, step: str, reason: str) -> None:
    log.record(
        events.REGISTRATION_REFUSED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        step=step,
        reason=reason,
    )
