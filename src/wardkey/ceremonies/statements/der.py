"""Reads DER as far as Android's key description needs it: definite lengths, nothing left over.

X.690; tags come as (class and form bits, number), so that `[600]` is found by its number.
"""

from collections.abc import Iterator

INTEGER = 0x02
SEQUENCE = 0x30
SET = 0x31


def read_elements(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each element of a constructed value: class bits, tag number, contents. ValueError if not."""
    at = 0
    while at < len(data):
        kind, number, at = _read_tag(data, at)
        length, at = _read_length(data, at)
        if at + length > len(data):
            raise ValueError("cut short")
        yield kind, number, data[at : at + length]
        at += length


def read_one(data: bytes, tag: int) -> bytes:
    """The contents of the single element that `data` consists of, which has this one-byte tag."""
    [(kind, number, contents)] = read_elements(data)
    if kind | number != tag:
        raise ValueError("another tag")
    return contents


def _read_tag(data: bytes, at: int) -> tuple[int, int, int]:
    first = data[at]
    kind, number = first & 0xE0, first & 0x1F
    at += 1
    if number != 0x1F:
        return kind, number, at
    number = 0
    while data[at] & 0x80:
        number = number << 7 | data[at] & 0x7F
        at += 1
    return kind, number << 7 | data[at], at + 1


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    size = first & 0x7F
    if not 1 <= size <= 2:
        raise ValueError("a length that no key description has")
    return int.from_bytes(data[at : at + size]), at + size
