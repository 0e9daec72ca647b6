"""U2F raw messages, version 1.2: registered and authenticated without CTAP 2 (CTAP §11.2.9.1.1)."""

from .key import SimulatedKey

VERSION = 0x03
UNKNOWN_CLASS, UNKNOWN_INSTRUCTION, NO_ERROR = b"\x6e\0", b"\x6d\0", b"\x90\0"


def answered(key: SimulatedKey, apdu: bytes) -> bytes:
    if apdu[:1] != b"\0":
        return UNKNOWN_CLASS
    if apdu[1:2] == bytes([VERSION]):
        return b"U2F_V2" + NO_ERROR
    return UNKNOWN_INSTRUCTION
