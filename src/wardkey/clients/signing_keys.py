"""The portal's own RSA keys, with which it signs what clients are told.

    signing_key          the newest that can be unsealed; where there is none it is made
    published            the public half of each that signs, will sign, or lately signed
    rotate               a new one: published at once, signing a day later
    rotate_where_due     the worker: every 90 days
    rotation             since when the newest signs, and when the next one should
    rotate_at_once       the operator, where a key may have been seen by others

A key stays published until the last that it signed has run out, so that clients that look at the
keys anew only once a day miss nothing, at either end.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.db import transaction
from django.db.models import Q
from joserfc.jwk import RSAKey

from ..audit import events, log
from ..base import clock, sealing
from .models import SigningKey

BITS = 2048
PURPOSE = "signing key"
AHEAD = timedelta(days=1)
SIGNS_FOR = timedelta(days=90)
# The longest that anything signed holds, and time for clocks that go wrong.
STAYS = timedelta(hours=1)

_unsealed: dict[str, RSAKey] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Rotation:
    signs_from: datetime
    until: datetime


def signing_key() -> RSAKey:
    """With its `kid`. Where the secret key of each is no longer there, a new one signs at once."""
    now = clock.now()
    usable = SigningKey.objects.filter(Q(gone_at=None) | Q(gone_at__gt=now), signs_from__lte=now)
    for row in usable.order_by("-signs_from", "-made_at"):
        with suppress(sealing.Unreadable):
            return _private(row)
    return _private(make(signs_from=now, by=log.SYSTEM))


def _private(row: SigningKey) -> RSAKey:
    """Kept in memory: to unseal and to read one takes longer than to sign."""
    with _lock:
        if row.pk not in _unsealed:
            pem = sealing.unseal(bytes(row.sealed), purpose=PURPOSE, owner=row.pk)
            _unsealed[row.pk] = RSAKey.import_key(pem, {"kid": row.pk})
        return _unsealed[row.pk]


def make(*, signs_from: datetime, by: log.Actor) -> SigningKey:
    key = RSAKey.generate_key(BITS, private=True)
    thumbprint = key.thumbprint()
    public = key.as_dict(private=False) | {"kid": thumbprint, "use": "sig", "alg": "RS256"}
    with transaction.atomic():
        row = SigningKey.objects.create(
            pk=thumbprint,
            public_jwk={name: public[name] for name in ("kty", "n", "e", "kid", "use", "alg")},
            sealed=sealing.seal(key.as_pem(private=True), purpose=PURPOSE, owner=thumbprint),
            made_at=clock.now(),
            signs_from=signs_from,
        )
        log.record(
            events.SIGNING_KEY_MADE,
            actor=by,
            kid=thumbprint,
            signs_from=log.microseconds(signs_from),
        )
    return row


def published() -> list[dict]:
    rows = SigningKey.objects.filter(Q(gone_at=None) | Q(gone_at__gt=clock.now()))
    return [row.public_jwk for row in rows.order_by("made_at", "pk")]


def rotate(*, by: log.Actor) -> SigningKey:
    return _followed_by(make(signs_from=clock.now() + AHEAD, by=by))


def rotate_at_once(*, by: log.Actor) -> SigningKey:
    """The ones before sign nothing more, and are published no longer: what they signed is void."""
    with transaction.atomic():
        now = clock.now()
        SigningKey.objects.filter(Q(gone_at=None) | Q(gone_at__gt=now)).update(gone_at=now)
        return make(signs_from=now, by=by)


def _followed_by(newer: SigningKey) -> SigningKey:
    """Those before go once what they signed has run out. One that another worker made meanwhile
    and that signs later stays: of two made at once, neither may end the other."""
    earlier = Q(signs_from__lt=newer.signs_from)
    earlier |= Q(signs_from=newer.signs_from, pk__lt=newer.pk)
    before = SigningKey.objects.filter(earlier, gone_at=None)
    before.update(gone_at=newer.signs_from + STAYS)
    return newer


def rotate_where_due() -> bool:
    """Two workers at once make two keys, of which the later one stays."""
    newest = rotation()
    if newest is None or clock.now() < newest.until - AHEAD:
        return False
    rotate(by=log.SYSTEM)
    return True


def rotation() -> Rotation | None:
    """None where no application has asked for anything signed yet."""
    begins = SigningKey.objects.filter(gone_at=None).order_by("-signs_from")
    newest = begins.values_list("signs_from", flat=True).first()
    return Rotation(newest, newest + SIGNS_FOR) if newest else None
