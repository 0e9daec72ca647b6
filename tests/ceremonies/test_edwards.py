"""Points of the Edwards curves that are keys, and those that only look like keys (ML11, ML13)."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519
from fido2.cose import CoseKey

from tests.softkey import EDDSA, private_key
from wardkey.ceremonies import edwards
from wardkey.ceremonies.cose import load

from .ceremony import refused

ED448 = -53


def ed448_cose(number: int) -> dict:
    key = ed448.Ed448PrivateKey.from_private_bytes(bytes([number]) * 57)
    return dict(CoseKey.for_alg(ED448).from_cryptography_key(key.public_key()))


ED25519_KEY = dict(
    CoseKey.for_alg(EDDSA).from_cryptography_key(private_key(EDDSA, "edwards").public_key())
)
ED448_KEY = ed448_cose(0)


def add(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points of Curve25519 in Edwards form."""
    (x1, y1), (x2, y2), p = first, second, edwards.ED25519.p
    both = edwards.ED25519.d * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, p)
    return x % p, (y1 * y2 + x1 * x2) * pow(1 - both, -1, p) % p


def point_with(y: int) -> tuple[int, int]:
    p, d = edwards.ED25519.p, edwards.ED25519.d
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    return (x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p), y


def order(point: tuple[int, int]) -> int:
    """No more than 9, which is no small order any more."""
    found, count = point, 1
    while found != (0, 1) and count < 9:
        found, count = add(found, point), count + 1
    return count


def test_the_list_of_small_orders_is_complete():
    points = {point_with(y) for y in edwards.ED25519.small_order}
    both_signs = points | {(-x % edwards.ED25519.p, y) for x, y in points}
    assert sorted(order(point) for point in both_signs) == [1, 2, 4, 4, 8, 8, 8, 8]


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize("y", sorted(edwards.ED25519.small_order))
def test_an_ed25519_point_of_small_order_ml13(y, sign):
    point = bytearray(y.to_bytes(32, "little"))
    point[31] |= sign
    with refused("7.1.20", "public_key"):
        load({**ED25519_KEY, -2: bytes(point)})


@pytest.mark.parametrize(
    "point",
    [
        b"",
        ED25519_KEY[-2][:31],
        ED25519_KEY[-2] + b"\x00",
        (edwards.ED25519.p + 3).to_bytes(32, "little"),  # 3, spelt another way
        b"\xff" * 32,
        (2).to_bytes(32, "little"),  # not on the curve
    ],
)
def test_an_ed25519_point_that_is_none(point):
    assert load({**ED25519_KEY, -2: (3).to_bytes(32, "little")})
    with refused("7.1.20", "public_key"):
        load({**ED25519_KEY, -2: point})


@pytest.mark.parametrize("y", [0, 1, edwards.ED448.p - 1, edwards.ED448.p])
def test_an_ed448_point_of_small_order(y):
    with refused("7.1.20", "public_key"):
        load({**ED448_KEY, -2: y.to_bytes(57, "little")})


@pytest.mark.parametrize("number", range(20))
def test_every_ed448_key_that_was_made_as_one(number):
    made = ed448_cose(number)
    assert load(made)[0].public_bytes_raw() == made[-2]


def test_an_ed448_point_that_is_none():
    for point in ((2).to_bytes(57, "little"), b"", bytes(56)):
        with refused("7.1.20", "public_key"):
            load({**ED448_KEY, -2: point})


def test_a_small_order_key_would_verify_what_nobody_signed():
    """Why they are refused: under the point of order 1, one signature fits every message."""
    key = ed25519.Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    forged = (1).to_bytes(32, "little") + bytes(32)
    key.verify(forged, b"any message")
