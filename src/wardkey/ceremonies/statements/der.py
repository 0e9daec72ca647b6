"""Reads DER as far as Android's key description needs it: shortest forms only, nothing left over.

X.690; tags come as (class and form bits, number), so that `[600]` is found by its number.
"""

from collections.abc import Iterator

INTEGER = 0x02
OCTETS = 0x04
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


def integer(contents: bytes) -> int:
    """Of an INTEGER; it has at least one byte."""
    if not contents:
        raise ValueError("a number without digits")
    return int.from_bytes(contents, signed=True)


def _read_tag(data: bytes, at: int) -> tuple[int, int, int]:
    """Class and form bits, number up to 16383, and the index behind it."""
    kind, number = data[at] & 0xE0, data[at] & 0x1F
    if number != 0x1F:
        return kind, number, at + 1
    high = data[at + 1]
    if high < 0x80:
        return kind, _no_less(high, 0x1F), at + 2
    low = data[at + 2]
    if low >= 0x80:
        raise ValueError("a tag that no key description has")
    return kind, _no_less((high - 0x80) * 0x80 + low, 0x80), at + 3


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    """A length up to 65535, and the index behind it."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    if first == 0x81:
        return _no_less(data[at + 1], 0x80), at + 2
    if first == 0x82:
        return _no_less(int.from_bytes(data[at + 1 : at + 3]), 0x100), at + 3
    raise ValueError("a length that no key description has")


def _no_less(number: int, least: int) -> int:
    """DER has one spelling for each number, the shortest."""
    if number < least:
        raise ValueError("longer than it need be")
    return number
