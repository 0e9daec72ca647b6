"""JSON (RFC 8259) from a browser, read so that no two readers can understand it differently.

The parser is the standard library's. Around it stand limits on size, depth and number of values,
and what the parser lets through is refused: repeated names, NaN and Infinity, halves of surrogate
pairs.

    decode_utf8    bytes to text
    read_object    text or bytes to a dict
"""

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from .refusal import Refused

MAXIMUM_BYTES = 64 * 1024
MAXIMUM_DEPTH = 16
# An answer has about forty. Together with the size this keeps hostile text under a millisecond.
MAXIMUM_VALUES = 1000
MAXIMUM_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a text that is no answer, but a list that somebody sends."""

    size: int = MAXIMUM_BYTES
    values: int = MAXIMUM_VALUES


USUAL = Limits()

_WHITE_SPACE = " \t\n\r"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decode_utf8(data: bytes, *, step: str, at_most: int = MAXIMUM_BYTES) -> str:
    """A leading byte order mark is dropped, as "UTF-8 decode" of the Encoding standard demands.

    That algorithm puts U+FFFD for bytes that are no UTF-8; here they are refused.
    """
    if len(data) > at_most:
        raise Refused(step=step, reason="too_large")
    try:
        return data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(step=step, reason="malformed") from error


def read_object(
    text: str | bytes, *, step: str = "parse", limits: Limits = USUAL
) -> dict[str, Any]:
    """The object that the whole text consists of.

    Raises `Refused` with `step`: too_large over 64 KiB or what `limits` says, otherwise malformed.
    """
    if isinstance(text, bytes):
        text = decode_utf8(text, step=step, at_most=limits.size)
    try:
        if _size(text) <= limits.size:
            return _read(text, limits.values)
    except (ValueError, RecursionError) as error:
        raise Refused(step=step, reason="malformed") from error
    raise Refused(step=step, reason="too_large")


def _size(text: str) -> int:
    """In bytes. ValueError for a text that has none, because it holds half a surrogate pair."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


def _read(text: str, values: int) -> dict[str, Any]:
    brackets = text.count("{") + text.count("[")
    # A text that is shorter than that has no room for so many.
    if len(text) > values and brackets + text.count(",") > values:
        raise ValueError("too many values")
    text = text.strip(_WHITE_SPACE)
    value, end = _DECODER.raw_decode(text)
    if end != len(text) or type(value) is not dict:
        raise ValueError("not an object, or more than one")
    # Only a text with this many brackets can be too deep, and only an escape can still smuggle in
    # half a surrogate pair: an honest answer is spared the walk.
    if brackets > MAXIMUM_DEPTH or "\\u" in text:
        _require_sound(value, MAXIMUM_DEPTH)
    return value


def _require_sound(value: Any, depth: int) -> None:
    """Raises ValueError (UnicodeEncodeError is one) below `depth` and for a lone surrogate."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict | list):
        if not depth:
            raise ValueError("too deep")
        for each in value:
            _require_sound(each, depth - 1)
        for each in value.values() if isinstance(value, dict) else ():
            _require_sound(each, depth - 1)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a repeated name")
    return found


def _short_integer(digits: str) -> int:
    # Reading thousands of digits is slow, and no honest number has more than twenty.
    if len(digits) > MAXIMUM_DIGITS:
        raise ValueError("an endless number")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats,
    parse_int=_short_integer,
    parse_float=_finite,
    parse_constant=_refuse_constant,
)
