"""A CTAPHID message cut into 64-byte reports (CTAP §11.2.4)."""

from collections.abc import Iterator
from dataclasses import dataclass

REPORT, FIRST, NEXT = 64, 57, 59  # bytes of a report, and what the first and others hold
MAX_MESSAGE = FIRST + 128 * NEXT
BROADCAST = 0xFFFFFFFF
INITIAL = 0x80
OF_NOBODY = 0x0BADC0DE


@dataclass(frozen=True)
class Frame:
    channel: int
    is_first: bool
    payload: bytes
    command: int = 0
    length: int = 0
    sequence: int = 0

    @classmethod
    def read(cls, report: bytes) -> "Frame":
        """ValueError where it has not 64 bytes: on USB there are no others."""
        if len(report) != REPORT:
            raise ValueError(f"a report has {REPORT} bytes, not {len(report)}")
        channel, kind = int.from_bytes(report[:4], "big"), report[4]
        if kind & INITIAL:
            length = int.from_bytes(report[5:7], "big")
            command = kind & ~INITIAL
            return cls(channel, is_first=True, command=command, length=length, payload=report[7:])
        return cls(channel, is_first=False, sequence=kind, payload=report[5:])


def framed(channel: int, command: int, payload: bytes) -> Iterator[bytes]:
    begin = channel.to_bytes(4, "big")
    head = begin + bytes([INITIAL | command]) + len(payload).to_bytes(2, "big")
    yield (head + payload[:FIRST]).ljust(REPORT, b"\0")
    rest = payload[FIRST:]
    for sequence, start in enumerate(range(0, len(rest), NEXT)):
        yield (begin + bytes([sequence]) + rest[start : start + NEXT]).ljust(REPORT, b"\0")


def misframed(fault: str, channel: int, command: int, payload: bytes) -> list[bytes]:
    """As the faults truncated, wrong_channel and garbage have it."""
    if fault == "wrong_channel":
        return list(framed(OF_NOBODY, command, payload))
    if fault == "garbage":
        return [channel.to_bytes(4, "big") + b"\xa5" * (REPORT - 4)]
    # More is announced than the first report holds, and nothing follows it.
    return list(framed(channel, command, payload.ljust(2 * REPORT, b"\0")))[:1]
