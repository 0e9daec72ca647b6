"""Whether 32 or 57 bytes are a sound public key on an Edwards curve (RFC 8032, RFC 7748).

OpenSSL loads any bytes at all. A point off the curve would only be noticed at the first sign-in,
and under a point of small order one signature fits many messages, whoever made it.
"""

from typing import NamedTuple


class Curve(NamedTuple):
    """a x² + y² = 1 + d x² y² over the integers modulo p; points have `size` bytes.

    `small_order` holds the y of every point whose order divides the cofactor.
    """

    p: int
    a: int
    d: int
    size: int
    small_order: frozenset[int]


_P25519 = (1 << 255) - 19
_P448 = (1 << 448) - (1 << 224) - 1
# The y of the four points of order 8 are this and its negative.
_ORDER_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7

ED25519 = Curve(
    p=_P25519,
    a=-1,
    d=-121665 * pow(121666, -1, _P25519) % _P25519,
    size=32,
    small_order=frozenset({0, 1, _P25519 - 1, _ORDER_EIGHT, _P25519 - _ORDER_EIGHT}),
)
ED448 = Curve(p=_P448, a=1, d=-39081, size=57, small_order=frozenset({0, 1, _P448 - 1}))


def require_sound_point(point: bytes, curve: Curve) -> None:
    """Raises ValueError. `point` has the curve's size: y, little-endian, under the sign of x."""
    y = int.from_bytes(point, "little") & ~(1 << 8 * curve.size - 1)
    if y >= curve.p or y in curve.small_order:
        raise ValueError("not canonical, or of small order")
    if not _has_x(y, curve):
        raise ValueError("not on the curve")


def _has_x(y: int, curve: Curve) -> bool:
    # x² = (1 - y²) / (a - d y²); a quotient is a square where the product is (Euler's criterion,
    # with (p - 1) / 2). Where x is 0 the order is small.
    numerator, denominator = 1 - y * y, curve.a - curve.d * y * y
    return pow(numerator * denominator, curve.p // 2, curve.p) == 1
