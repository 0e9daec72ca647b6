"""What people of the demo do on a day: the portal's own flows, and its records where a flow would
want a key that signs. Nothing here can sign: the private half of each key is thrown away.

    register_key   for a colleague, or a first or further one of one's own
    rename_key, remove_key, suspend_key
    sign_in        with the key used last, or the password alone where that is enough
    sign_in_wrongly
    sign_out
"""

import hashlib
import secrets
import uuid
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db.models import F

from ..audit import events, log
from ..base import clock
from ..base.text import canonical_name
from ..keymodels.models import KeyModel
from ..keys import losses, queries, upkeep
from ..keys.handover import How, hand_over, needs_confirmation
from ..keys.models import SecurityKey, State
from ..keys.reasons import Reason
from ..notifications import messages
from ..organisations.models import Organisation
from ..people import accounts, roles
from ..people.access import Asker
from ..people.deeds import Deed
from ..people.grants import role_grants_of
from ..people.models import Person, Role
from ..people.notices import tell
from ..people.queries import person_with_home
from ..sessions.levels import Level
from ..signin.refusals import record_attempt
from ..signin.second_factor import owes_second_factor


class TakenOnTrust:
    """While the demo is made nobody is there to be asked for a key."""

    def covers(self, deed: Deed, *, without: uuid.UUID | None = None) -> bool:
        return True

    def use_up(self, deed: Deed) -> bool:
        return True


def asker_for(person: Person, holder: Person) -> Asker:
    """The administrator at the desk of their organisation, or somebody at their own."""
    return Asker(
        person=person,
        session_id=uuid.uuid4(),
        organisation=None if person == holder else person.home,
        grants=() if person == holder else role_grants_of(person.pk),
        proof=TakenOnTrust(),
    )


def register_key(*, registrar: Person, holder: Person, nickname: str, model: str) -> None:
    key = _keep(registrar, holder, nickname, KeyModel.objects.get(name=model))
    if key.state == State.ACTIVE:
        accounts.second_factor_was_used(holder)
    log.record(
        events.KEY_REGISTERED,
        actor=log.person(registrar),
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        aaguid=str(key.aaguid),
        new={"nickname": nickname, "state": key.state},
    )
    tell(messages.key_registered, person=holder, nickname=nickname, by=registrar.name)


def _keep(registrar: Person, holder: Person, nickname: str, model: KeyModel) -> SecurityKey:
    credential_id, public_key = secrets.token_bytes(32), _public_key()
    return SecurityKey.objects.create(
        holder=holder,
        nickname=nickname,
        nickname_key=canonical_name(nickname),
        relying_party_id=settings.RELYING_PARTY_ID,
        credential_id=credential_id,
        credential_id_sha256=hashlib.sha256(credential_id).digest(),
        public_key=public_key,
        public_key_sha256=hashlib.sha256(public_key).digest(),
        sign_count=1,
        backup_eligible=False,
        backup_state=False,
        transports=["usb", "nfc"] if "NFC" in model.name else ["usb"],
        aaguid=model.pk,
        model_id=model.pk,
        model=model.name,
        proved=_proved(model),
        attestation_object=b"",
        client_data_json=b"",
        state=State.ACTIVE if registrar == holder else State.WAITING,
        state_since=clock.now(),
        state_by_id=registrar.pk,
        registered_at=clock.now(),
        registered_by=registrar,
    )


def _public_key() -> bytes:
    """A new ES256 key in COSE's form (RFC 9053 §7.1.1); the private half is gone on return."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
    return bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y


def _proved(model: KeyModel) -> dict[str, object]:
    return {
        "algorithm": -7,
        "attestation": "basic",
        "user_verified": True,
        "resident_key": True,
        "min_pin_length": None,
        "cred_protect": 2,
        "model": {
            "attested": True,
            "reason": "",
            "format": "packed",
            "backup_eligible": False,
            "model_id": str(model.pk),
            "name": model.name,
            "certification": model.certification,
            "bad_statuses": [],
            "firmware_version": model.firmware_version,
        },
    }


def appoint(*, by: Person, person: Person, role: Role, organisation: Organisation) -> None:
    roles.appoint(
        asker=asker_for(by, person),
        person=person,
        role=role,
        organisation=organisation,
        with_those_below=False,
        until=None,
        keys_in_use=queries.count_keys_in_use,
    )


def stand_in(*, person: Person, role: Role, organisation: Organisation, until: datetime) -> None:
    """The operator may appoint across organisations."""
    roles.grant_role(
        person=person,
        role=role,
        organisation=organisation,
        with_those_below=False,
        by=log.OPERATOR,
        until=until,
    )


def rename_key(*, by: Person, holder: Person, was: str, nickname: str) -> None:
    upkeep.rename_key(
        asker=asker_for(by, holder), holder=holder, key_id=_named(holder, was), nickname=nickname
    )


def remove_key(*, by: Person, holder: Person, nickname: str, reason: Reason) -> None:
    upkeep.remove_key(
        asker=asker_for(by, holder),
        holder=holder,
        key_id=_named(holder, nickname),
        reason=reason,
    )


def suspend_key(*, by: Person, holder: Person, nickname: str) -> None:
    losses.suspend_key(
        asker=asker_for(by, holder),
        holder=holder,
        key_id=_named(holder, nickname),
        reason=Reason.LOST,
    )


def _named(holder: Person, nickname: str) -> uuid.UUID:
    return next(key.pk for key in queries.keys_of(holder) if key.nickname == nickname)


def sign_in(person_id: uuid.UUID) -> None:
    """Who owes a second factor and has none stays outside."""
    person = person_with_home(person_id)
    if person is None:
        return
    keys = queries.usable_keys_of(person)
    if keys:
        _with_key(person, keys[0])
    elif not owes_second_factor(person):
        _record_sign_in(person, level=Level.PASSWORD)


def _with_key(person: Person, key: SecurityKey) -> None:
    log.record(events.PASSWORD_ACCEPTED, **_about(person))
    if key.state == State.WAITING:
        how = How.CODE if needs_confirmation(key) else How.FIRST_USE
        hand_over(key=key, by=person, session_id=uuid.uuid4(), how=how)
    SecurityKey.objects.filter(pk=key.pk).update(
        last_used_at=clock.now(), sign_count=F("sign_count") + 1
    )
    _record_sign_in(person, level=Level.KEY, key=str(key.pk), nickname=key.nickname)


def _record_sign_in(person: Person, *, level: Level, key: str = "", nickname: str = "") -> None:
    log.record(events.SIGNED_IN, **_about(person), level=level, key=key, nickname=nickname)


def sign_in_wrongly(person: Person) -> None:
    record_attempt(person, reason="password")


def sign_out(person: Person) -> None:
    log.record(events.SIGNED_OUT, **_about(person))


def _about(person: Person) -> dict:
    return {
        "actor": log.person(person),
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
