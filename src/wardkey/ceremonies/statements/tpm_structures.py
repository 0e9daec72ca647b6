"""The two TPM structures of §8.3, as Trusted Platform Module Library Part 2 lays them out.

read_public_area     TPMT_PUBLIC (12.2.4)
read_certification   TPMS_ATTEST (10.12.8) of a TPM2_Certify
"""

import hashlib
from dataclasses import dataclass

MAGIC = b"\xffTCG"
CERTIFY = 0x8017
RSA, ECC, NULL = 0x0001, 0x0023, 0x0010
NAME_HASHES = {0x000B: hashlib.sha256, 0x000C: hashlib.sha384, 0x000D: hashlib.sha512}
COSE_CURVES = {0x0003: 1, 0x0004: 2, 0x0005: 3}
USUAL_EXPONENT = 65537


class Reader:
    """Takes big-endian numbers and sized buffers off the front. ValueError at the end of data."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, size: int) -> bytes:
        taken, self._rest = self._rest[:size], self._rest[size:]
        if len(taken) != size:
            raise ValueError("cut short")
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def sized(self) -> bytes:
        return self.take(self.number(2))

    def require_end(self) -> None:
        if self._rest:
            raise ValueError("bytes left over")


@dataclass(frozen=True, slots=True)
class PublicArea:
    """`numbers` is (modulus, exponent) of an RSA key, or (COSE curve, x, y) of an elliptic one.

    `name` is what the TPM calls the key: the identifier and the digest of nameAlg (Part 1, 16).
    """

    numbers: tuple[int, ...]
    name: bytes


@dataclass(frozen=True, slots=True)
class Certification:
    """`extra_data` is the caller's digest, `name` the name of the key that was certified."""

    extra_data: bytes
    name: bytes


def read_public_area(data: bytes) -> PublicArea:
    """Raises ValueError or KeyError for anything but a signing key of RSA or a NIST curve."""
    reader = Reader(data)
    kind, name_algorithm = reader.number(2), reader.number(2)
    reader.number(4)  # objectAttributes
    reader.sized()  # authPolicy
    numbers = {RSA: _rsa_numbers, ECC: _ecc_numbers}[kind](reader)
    reader.require_end()
    digest = NAME_HASHES[name_algorithm](data).digest()
    return PublicArea(numbers, name_algorithm.to_bytes(2) + digest)


def _rsa_numbers(reader: Reader) -> tuple[int, ...]:
    _signing_scheme(reader)
    reader.number(2)  # keyBits
    exponent = reader.number(4) or USUAL_EXPONENT
    return int.from_bytes(reader.sized()), exponent


def _ecc_numbers(reader: Reader) -> tuple[int, ...]:
    _signing_scheme(reader)
    curve = COSE_CURVES[reader.number(2)]
    _algorithm_with_hash(reader)  # kdf
    return curve, int.from_bytes(reader.sized()), int.from_bytes(reader.sized())


def _signing_scheme(reader: Reader) -> None:
    if reader.number(2) != NULL:  # symmetric: a signing key has none
        raise ValueError("not a signing key")
    _algorithm_with_hash(reader)


def _algorithm_with_hash(reader: Reader) -> None:
    if reader.number(2) != NULL:
        reader.number(2)


def read_certification(data: bytes) -> Certification:
    """The `safe` byte of the clock may have any value: the standard compares nothing with it."""
    reader = Reader(data)
    if reader.take(4) != MAGIC or reader.number(2) != CERTIFY:
        raise ValueError("not made by TPM2_Certify")
    reader.sized()  # qualifiedSigner
    extra_data = reader.sized()
    reader.take(17)  # clockInfo
    reader.take(8)  # firmwareVersion
    name = reader.sized()
    reader.sized()  # qualifiedName
    reader.require_end()
    return Certification(extra_data, name)
