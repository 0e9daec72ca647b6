"""A small reader of WebM: EBML elements (RFC 8794), and those that say what is in a video."""

import struct
from collections.abc import Iterator

SEGMENT, INFO, DURATION, SCALE = 0x18538067, 0x1549A966, 0x4489, 0x2AD7B1
TRACKS, TRACK, CODEC = 0x1654AE6B, 0xAE, 0x86
CHAPTERS, EDITION, ATOM, BEGINS = 0x1043A770, 0x45B9, 0xB6, 0x91
DISPLAY, TITLE = 0x80, 0x85


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and content of each element of one level."""
    at = 0
    while at < len(data):
        width = 9 - data[at].bit_length()
        name = int.from_bytes(data[at : at + width])
        at += width
        width = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + width]) & (1 << 7 * width) - 1
        at += width
        yield name, data[at : at + size]
        at += size


def inside(data: bytes, *path: int) -> list[bytes]:
    """The contents of all elements on the path."""
    found = [data]
    for wanted in path:
        found = [held for each in found for name, held in elements(each) if name == wanted]
    return found


def seconds(video: bytes) -> float:
    (length,) = inside(video, SEGMENT, INFO, DURATION)
    (scale,) = inside(video, SEGMENT, INFO, SCALE)
    (units,) = struct.unpack(">d" if len(length) == 8 else ">f", length)
    return units * int.from_bytes(scale) / 1e9


def codecs(video: bytes) -> list[str]:
    return [each.decode() for each in inside(video, SEGMENT, TRACKS, TRACK, CODEC)]


def chapters(video: bytes) -> list[tuple[float, str]]:
    """The second in which each begins, and its title."""
    atoms = inside(video, SEGMENT, CHAPTERS, EDITION, ATOM)
    return [
        (int.from_bytes(inside(atom, BEGINS)[0]) / 1e9, inside(atom, DISPLAY, TITLE)[0].decode())
        for atom in atoms
    ]
