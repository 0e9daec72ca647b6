"""Codes of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits), each accepted once.

begin       a new seed, to be shown once; the app in use stays in use
seed_shown  the one that is being set up, for a page that is shown again
finish      a code of it is right: from now on it is the app in use
use         a code of the app in use, once: one conditional statement
fits        whether it is one, used or not: no guess
remove, since

The seed cannot be hashed, since every code is computed from it. It is sealed (base/sealing.py).
"""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from django.db.models import QuerySet

from ..base import clock, sealing
from ..people.models import Person
from .models import AuthenticatorApp

PURPOSE = "authenticator_app"
SEED = 20  # bytes, as RFC 4226 §4 recommends
STEP = 30  # seconds
AROUND = (0, -1, 1)  # steps; clocks differ
SET_UP_WITHIN = timedelta(minutes=15)


def begin(person: Person) -> str:
    """The seed in Base32. `person` is locked."""
    seed = secrets.token_bytes(SEED)
    AuthenticatorApp.objects.filter(person=person, confirmed_at=None).delete()
    AuthenticatorApp.objects.create(
        person=person, sealed=_sealed(person, seed), made_at=clock.now()
    )
    return _base32(seed)


def seed_shown(person: Person) -> str | None:
    """None where nothing is being set up, or for too long."""
    row = _being_set_up(person)
    return _base32(_seed(row)) if row else None


def address_of(seed: str, *, account: str, service: str) -> str:
    """The `otpauth:` address that a QR code holds."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=service)


def finish(person: Person, code: str) -> bool:
    """`person` is locked."""
    row = _being_set_up(person)
    step = _step_of(row, code) if row else None
    if row is None or step is None:
        return False
    remove(person)
    row.confirmed_at, row.last_step = clock.now(), step
    row.save(update_fields=["confirmed_at", "last_step"])
    return True


def use(person: Person, code: str) -> bool:
    """True for the one who comes first with it; codes before it count no more either."""
    row = _in_use(person)
    step = _step_of(row, code) if row else None
    if row is None or step is None:
        return False
    unused = AuthenticatorApp.objects.filter(pk=row.pk, last_step__lt=step)
    # Sealed anew, so that an earlier secret key need not be kept for ever.
    return bool(unused.update(last_step=step, sealed=_sealed(person, _seed(row))))


def fits(person: Person, code: str) -> bool:
    row = _in_use(person)
    return row is not None and _step_of(row, code) is not None


def remove(person: Person) -> bool:
    """Whether there was one in use."""
    gone, _each = apps_in_use().filter(person=person).delete()
    return bool(gone)


def remove_since(person: Person, moment: datetime) -> None:
    """One that was set up from then on."""
    apps_in_use().filter(person=person, confirmed_at__gte=moment).delete()


def since(person: Person) -> datetime | None:
    """When the app in use was set up."""
    row = _in_use(person)
    return row.confirmed_at if row else None


def apps_in_use() -> QuerySet[AuthenticatorApp]:
    """Of anybody."""
    return AuthenticatorApp.objects.filter(confirmed_at__isnull=False)


def _in_use(person: Person) -> AuthenticatorApp | None:
    return next(iter(apps_in_use().filter(person=person)), None)


def _being_set_up(person: Person) -> AuthenticatorApp | None:
    rows = AuthenticatorApp.objects.filter(
        person=person, confirmed_at=None, made_at__gt=clock.now() - SET_UP_WITHIN
    )
    return next(iter(rows), None)


def _step_of(row: AuthenticatorApp, code: str) -> int | None:
    """The time step whose code this is, among those around now."""
    typed = "".join(letter for letter in code if letter in "0123456789")
    try:
        totp = pyotp.TOTP(_base32(_seed(row)))
    except sealing.Unreadable:
        return None
    now = int(clock.now().timestamp()) // STEP
    fitting = [
        now + away for away in AROUND if hmac.compare_digest(totp.generate_otp(now + away), typed)
    ]
    return max(fitting, default=None)


def _sealed(person: Person, seed: bytes) -> bytes:
    return sealing.seal(seed, purpose=PURPOSE, owner=str(person.pk))


def _seed(row: AuthenticatorApp) -> bytes:
    return sealing.unseal(bytes(row.sealed), purpose=PURPOSE, owner=str(row.person_id))


def _base32(seed: bytes) -> str:
    return base64.b32encode(seed).decode()
