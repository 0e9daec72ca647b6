"""Check this device: does a FIDO2 token register and log in, here and now?

options_for_visitors  for a check within the browser, of which the portal learns nothing
begin                 a challenge for a throwaway credential
receive_registration  its answer is judged; the challenge of the second half
receive_sign_in       that answer is judged
note_failure          the browser says why there is no answer
outcome               what was seen, for 15 minutes

The credential belongs to nobody: its user handle is of its own, its public key is in the pending
row of the second half alone, and gone with the first statement after that row was taken. What
other ceremonies look for are other purposes and rows of keys, and there is none
(docs/adr/0027-compatibility.md).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial

from django.conf import settings

from ..audit import events, log
from ..base import clock, request_id
from ..base.errors import CeremonyInvalid, InvalidInput, NotFound, Throttled
from ..ceremonies import authentication, base64url, options, pending, registration
from ..ceremonies.models import PendingCeremony, Purpose
from ..ceremonies.refusal import Refused
from ..keymodels.attestation import prove
from ..people.access import Asker
from .devices import Device
from .models import Outcome

HALVES = {"registration": Purpose.CHECK_REGISTER, "sign_in": Purpose.CHECK_SIGN_IN}
# Registrations, whose rows stay until tomorrow; a session has five others at most.
AT_MOST, WITHIN = 20, timedelta(hours=1)
# Of Chromium's virtual authenticator, which its own developers' tools and our journeys use.
VIRTUAL_KEY = uuid.UUID("01020304-0506-0708-0102-030405060708")
# What browsers call it (WebAuthn L3 §5.1.3 and §5.1.4), and what the page's script does.
MISTAKES = frozenset(
    {
        "NotAllowedError",
        "InvalidStateError",
        "NotSupportedError",
        "ConstraintError",
        "SecurityError",
        "AbortError",
        "TimeoutError",
        "Unsupported",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`registration` and `sign_in` are an Outcome. `why` names what went wrong: one of MISTAKES,
    refused, or other. `attestation` is what the token showed of its make, and `model` the make
    where its maker's own root proves it."""

    device: Device
    registration: str = Outcome.NOT_TRIED
    sign_in: str = Outcome.NOT_TRIED
    why: str = ""
    attestation: str = ""
    model: str = ""
    is_virtual: bool = False

    @property
    def works(self) -> bool:
        return self.sign_in == Outcome.WORKS

    @classmethod
    def from_json(cls, told: dict) -> "Check":
        return cls(**told | {"device": Device(**told["device"])})


def options_for_visitors(*, name: str) -> dict:
    """Without a challenge: the page's script makes one, and nobody judges the answer."""
    return _options(name, b"")


def _options(name: str, challenge: bytes) -> dict:
    return options.throwaway_options(
        rp_id=settings.RELYING_PARTY_ID,
        rp_name=settings.SERVICE_NAME,
        name=name,
        challenge=challenge,
    )


def begin(*, asker: Asker, name: str) -> tuple[PendingCeremony, dict]:
    """`name` is under which the browser's window speaks of it. Raises Throttled."""
    _require_no_wait(asker)
    return pending.begin(
        purpose=Purpose.CHECK_REGISTER,
        security_stamp=asker.person.security_stamp,
        options_for=partial(_options, name),
        **bound_to(asker),
    )


def bound_to(asker: Asker) -> dict:
    """A check is of nobody's organisation: it shows what a device does."""
    return {
        "holder_id": asker.person.pk,
        "actor_id": asker.person.pk,
        "organisation_id": None,
        "session_id": asker.session_id,
    }


def _require_no_wait(asker: Asker) -> None:
    now = clock.now()
    begun = pending.begun_since(
        now - WITHIN, purpose=Purpose.CHECK_REGISTER, session_id=asker.session_id
    )
    times = list(begun.order_by("created_at").values_list("created_at", flat=True))
    if len(times) >= AT_MOST:
        raise Throttled(retry_after=int((times[0] + WITHIN - now).total_seconds()) + 1)


def receive_registration(
    *, asker: Asker, check_id: uuid.UUID, answer: dict, device: Device
) -> tuple[PendingCeremony, dict]:
    """Returns the second half and its options. Raises CeremonyInvalid."""
    seen = Check(device=device, registration=Outcome.FAILS, why="refused")
    with _refusals_recorded(asker):
        ceremony = pending.take(check_id, purpose=Purpose.CHECK_REGISTER, **bound_to(asker))
        pending.keep_answer(ceremony, asdict(seen))
        credential = registration.verify(answer, _expected(ceremony))
        proved = prove(credential, at=clock.now())
    pending.forget_answer(ceremony)
    seen = Check(
        device=device,
        registration=Outcome.WORKS,
        attestation=credential.attestation,
        model=proved.name,
        is_virtual=credential.aaguid == VIRTUAL_KEY,
    )
    return _begin_sign_in(asker, ceremony, credential, seen)


def _expected(ceremony: PendingCeremony) -> registration.Expected:
    return registration.Expected(
        challenge_sha256=bytes(ceremony.challenge_sha256),
        rp_id=ceremony.options["rp"]["id"],
        origins=frozenset(settings.ORIGINS),
    )


def _begin_sign_in(
    asker: Asker,
    ceremony: PendingCeremony,
    credential: registration.Registration,
    seen: Check,
) -> tuple[PendingCeremony, dict]:
    throwaway = {
        "credential_id": base64url.encode(credential.credential_id),
        "public_key": base64url.encode(credential.public_key),
        "sign_count": credential.sign_count,
        "backup_eligible": credential.backup_eligible,
        "user_handle": ceremony.options["user"]["id"],
    }
    return pending.begin(
        purpose=Purpose.CHECK_SIGN_IN,
        security_stamp=asker.person.security_stamp,
        options_for=lambda challenge: options.request_options(
            rp_id=settings.RELYING_PARTY_ID,
            challenge=challenge,
            allow=[(credential.credential_id, credential.transports)],
        ),
        answer={"throwaway": throwaway, "seen": asdict(seen)},
        **bound_to(asker),
    )


def receive_sign_in(*, asker: Asker, check_id: uuid.UUID, answer: dict, device: Device) -> None:
    """Raises CeremonyInvalid. Afterwards `outcome` tells what was seen."""
    with _refusals_recorded(asker):
        ceremony = pending.take(check_id, purpose=Purpose.CHECK_SIGN_IN, **bound_to(asker))
        seen = replace(_seen(ceremony, device), sign_in=Outcome.FAILS, why="refused")
        pending.keep_answer(ceremony, asdict(seen))
        authentication.verify(answer, _expected_of_throwaway(ceremony))
    pending.keep_answer(ceremony, asdict(replace(seen, sign_in=Outcome.WORKS, why="")))


def _seen(ceremony: PendingCeremony, device: Device) -> Check:
    """What the first half showed, if this is the second; in the browser that asks now."""
    if ceremony.purpose == Purpose.CHECK_REGISTER:
        return Check(device=device)
    return replace(Check.from_json(_left_by_first_half(ceremony)["seen"]), device=device)


def _left_by_first_half(ceremony: PendingCeremony) -> dict:
    return ceremony.answer or {}


def _expected_of_throwaway(ceremony: PendingCeremony) -> authentication.Expected:
    throwaway = _left_by_first_half(ceremony)["throwaway"]
    return authentication.Expected(
        challenge_sha256=bytes(ceremony.challenge_sha256),
        rp_id=ceremony.options["rpId"],
        origins=frozenset(settings.ORIGINS),
        user_handle=base64url.decode(throwaway["user_handle"]),
        credential=authentication.StoredCredential(
            credential_id=base64url.decode(throwaway["credential_id"]),
            public_key=base64url.decode(throwaway["public_key"]),
            sign_count=throwaway["sign_count"],
            backup_eligible=throwaway["backup_eligible"],
        ),
    )


def note_failure(
    *, asker: Asker, check_id: uuid.UUID, half: str, mistake: str, device: Device
) -> None:
    """`half` is registration or sign_in, `mistake` the browser's name for it. Raises InvalidInput,
    CeremonyInvalid."""
    if half not in HALVES:
        raise InvalidInput("malformed", field="half")
    with _refusals_recorded(asker):
        ceremony = pending.take(check_id, purpose=HALVES[half], **bound_to(asker))
    why = mistake if mistake in MISTAKES else "other"
    seen = replace(_seen(ceremony, device), why=why)
    if half == "registration":
        seen = replace(seen, registration=Outcome.FAILS)
    else:
        seen = replace(seen, sign_in=Outcome.FAILS)
    pending.keep_answer(ceremony, asdict(seen))


def outcome(*, asker: Asker, check_id: uuid.UUID) -> Check:
    """Raises NotFound: no such check in this session, or its 15 minutes are over, or it was added
    to the table."""
    told = pending.waiting(check_id, purpose__in=pending.CHECKS, **bound_to(asker))
    if told is None:
        raise NotFound
    return Check.from_json(told)


@contextmanager
def _refusals_recorded(asker: Asker) -> Iterator[None]:
    """The trail learns step and reason; the browser a reference to them."""
    try:
        yield
    except Refused as refusal:
        log.record(
            events.DEVICE_CHECK_REFUSED,
            actor=log.person(asker.person),
            holder_id=asker.person.pk,
            organisation_id=asker.person.home_id,
            step=refusal.step,
            reason=refusal.reason,
        )
        raise CeremonyInvalid(reference=request_id.current()) from refusal
