"""CBOR (RFC 8949) as CTAP2 and WebAuthn use it, and nothing else of it.

Refused: lengths that run past the end, indefinite lengths, numbers longer than they need be,
repeated keys, keys other than integers and texts, tags, floats, undefined, text that is no UTF-8,
more than 16 levels, more than 500 values. The order of the keys in a map is not asked for: CTAP2
prescribes one, but the standard's readers do not look at it.

    read          the whole input is one item
    read_map      the same, and it is a map
    read_first    an item, and where it ends
"""

from typing import Any

from .refusal import Refused

Map = dict[int | str, Any]

MAXIMUM_DEPTH = 16
# The largest honest statement, a TPM's, has about twenty.
MAXIMUM_VALUES = 500

# Small integers, and false, true and null, are all that one byte says by itself.
_IN_ONE_BYTE: dict[int, int | bool | None] = {
    **{number: number for number in range(24)},
    **{0x20 + number: -1 - number for number in range(24)},
    0xF4: False,
    0xF5: True,
    0xF6: None,
}
_KEY_TYPES = frozenset({int, str})
_SMALLEST_WITH = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def read(data: bytes, *, step: str = "parse") -> Any:
    """Raises `Refused` with `step`, reason malformed."""
    value, end = read_first(data, 0, step=step)
    if end != len(data):
        raise Refused(step=step, reason="malformed")
    return value


def read_map(data: bytes, *, step: str) -> Map:
    """The map that the whole input consists of. Raises as `read`."""
    value = read(data, step=step)
    if type(value) is not dict:
        raise Refused(step=step, reason="malformed")
    return value


def read_first(data: bytes, start: int, *, step: str) -> tuple[Any, int]:
    """The item that begins at `start`, and the index of the byte after it. Raises as `read`."""
    reader = _Reader(data, start)
    try:
        value = reader.item(MAXIMUM_DEPTH)
    except (ValueError, IndexError) as error:
        raise Refused(step=step, reason="malformed") from error
    return value, reader.at


class _Reader:
    """Walks once over the bytes. Raises ValueError or IndexError, never anything else."""

    __slots__ = ("at", "data", "values_left")

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.at = start
        self.values_left = MAXIMUM_VALUES

    def item(self, depth: int) -> Any:
        initial = self.data[self.at]
        self.at += 1
        if initial in _IN_ONE_BYTE:
            return _IN_ONE_BYTE[initial]
        major, argument = initial >> 5, initial & 0x1F
        if argument > 23:
            argument = self._long_argument(argument)
        if major == 2:
            return self._bytes(argument)
        if major == 3:
            return self._bytes(argument).decode("utf-8")
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        return self._collection(major, argument, depth)

    def _long_argument(self, information: int) -> int:
        if information == 24:
            argument = self.data[self.at]
            self.at += 1
        elif information < 28:
            argument = int.from_bytes(self._bytes(1 << information - 24))
        else:
            raise ValueError("indefinite or reserved")
        if argument < _SMALLEST_WITH[information]:
            raise ValueError("longer than it need be")
        return argument

    def _bytes(self, length: int) -> bytes:
        start = self.at
        self.at = end = start + length
        if end > len(self.data):
            raise ValueError("cut short")
        return self.data[start:end]

    def _collection(self, major: int, length: int, depth: int) -> Any:
        self.values_left -= length
        if not depth or self.values_left < 0:
            raise ValueError("too deep, or too many values")
        if major == 4:
            return [self.item(depth - 1) for _ in range(length)]
        if major == 5:
            return self._map(length, depth - 1)
        raise ValueError("a tag, a float, undefined, or a simple value that nobody uses")

    def _map(self, length: int, depth: int) -> Map:
        found: Map = {}
        for _ in range(length):
            key = self.item(depth)
            # A bool is no key: Python takes True for 1, and so would whoever looks a member up.
            if type(key) not in _KEY_TYPES or key in found:
                raise ValueError("a key of another kind, or a repeated one")
            found[key] = self.item(depth)
        return found
