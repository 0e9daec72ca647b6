"""Signed notes (C2SP signed-note) that hold a checkpoint of a tree (C2SP tlog-checkpoint).

    signed       the note of a checkpoint
    read         what a note says; raises Unreadable
    text_in      a file that should hold one; raises Unreadable
    is_signed    whether a key signed it
    public_line  a public key as such notes' verifiers take it

and of any such note: with_signature, parted, has_signed.

A note is text: the origin (which log), the size of the tree, its root, our line about the numbers
of the organisations' entries; an empty line; and the signature, Ed25519, over all before it.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ED25519 = b"\x01"  # C2SP signed-note, signature types
KEY_ID = 4  # bytes
BEFORE_SIGNATURE = "\N{EM DASH} "

Signatures = list[tuple[str, bytes]]  # name, key id and signature


class Unreadable(Exception):
    """No note, or one of another form."""


def text_in(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file} is no text, and so no checkpoint") from error


@dataclass(frozen=True, slots=True)
class Head:
    """`numbers` is the root over how many entries each of `organisations` has."""

    stream: str
    size: int
    root: bytes
    organisations: int
    numbers: bytes


@dataclass(frozen=True, slots=True)
class Note:
    head: Head
    signed: bytes
    signatures: Signatures


def origin_of(stream: str) -> str:
    return f"{settings.RELYING_PARTY_ID}/audit/{stream}"


def signed(head: Head, private: Ed25519PrivateKey) -> str:
    origin = origin_of(head.stream)
    lines = [str(head.size), _text(head.root)]
    lines.append(f"organisations {head.organisations} {_text(head.numbers)}")
    return with_signature(origin, lines, private)


def with_signature(origin: str, lines: list[str], private: Ed25519PrivateKey) -> str:
    body = "\n".join([origin, *lines]) + "\n"
    key_id = _key_id(origin, private.public_key().public_bytes_raw())
    return f"{body}\n{BEFORE_SIGNATURE}{origin} {_text(key_id + private.sign(body.encode()))}\n"


def read(text: str) -> Note:
    """Also of another portal: its origin is compared by whoever asks."""
    body, signatures = parted(text)
    try:
        origin, size, root, about = body.split("\n")[:4]
        word, organisations, numbers = about.split(" ")
        stream = origin.rpartition("/audit/")[2]
        head = Head(stream, int(size), _bytes(root), int(organisations), _bytes(numbers))
    except (ValueError, binascii.Error) as error:
        raise Unreadable("no checkpoint of an audit trail") from error
    if word != "organisations" or origin != origin_of(stream) or head.size < 0:
        raise Unreadable(f"a checkpoint of {origin!r}, and not of this portal")
    return Note(head, body.encode(), signatures)


def parted(text: str) -> tuple[str, Signatures]:
    """What is signed, and by whom. Raises Unreadable."""
    body, _empty, tail = text.partition("\n\n")
    try:
        lines = [line.removeprefix(BEFORE_SIGNATURE).split(" ") for line in tail.splitlines()]
        return f"{body}\n", [(name, base64.b64decode(each, validate=True)) for name, each in lines]
    except (ValueError, binascii.Error) as error:
        raise Unreadable("no signed note") from error


def is_signed(note: Note, public: bytes) -> bool:
    return has_signed(public, origin_of(note.head.stream), note.signed, note.signatures)


def has_signed(public: bytes, origin: str, body: bytes, signatures: Signatures) -> bool:
    key_id = _key_id(origin, public)
    key = Ed25519PublicKey.from_public_bytes(public)
    for name, signature in signatures:
        if (name, signature[:KEY_ID]) == (origin, key_id):
            try:
                key.verify(signature[KEY_ID:], body)
            except InvalidSignature:
                return False
            return True
    return False


def public_line(stream: str, public: bytes) -> str:
    origin = origin_of(stream)
    return f"{origin}+{_key_id(origin, public).hex()}+{_text(ED25519 + public)}"


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID]


def _text(told: bytes) -> str:
    return base64.b64encode(told).decode()


def _bytes(told: str) -> bytes:
    root = base64.b64decode(told, validate=True)
    if len(root) != hashlib.sha256().digest_size:
        raise ValueError("no SHA-256")
    return root
