"""The FIDO Metadata BLOB: fetched, and believed only as far as its signature goes.

    download        the BLOB as FIDO publishes it
    trusted_root    FIDO's root certificate, out of what this machine trusts
    read_blob       signature, path, signer's name and dates hold, or BlobRefused

FIDO Metadata Service §3.1.7 and §3.2. The BLOB is a JWS (RFC 7515) of about 12 MB.
"""

import hashlib
import json
import re
from base64 import b64decode
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ..ceremonies import cose, strict_json
from ..ceremonies.refusal import Refused
from ..ceremonies.trust import LONGEST_PATH, path_is_trusted

PUBLISHED_AT = "https://mds3.fidoalliance.org/"
SIGNER = "mds.fidoalliance.org"
# GlobalSign Root CA - R3, which FIDO names; systems ship the certificate itself.
ROOT_SHA256 = "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b"
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")

LARGEST_BLOB = 32 * 1024 * 1024
LARGEST_HEADER = 64 * 1024
TIMEOUT_SECONDS = 60
JWS_ALGORITHMS = {"RS256": cose.RS256, "ES256": cose.ES256}
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


class BlobRefused(Exception):
    """The BLOB was not taken in. `reason` is one snake_case word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """`number` never goes back; `entries` are JSON that nobody has looked at yet."""

    number: int
    next_update: date
    entries: list[Any]


def download(url: str = PUBLISHED_AT) -> bytes:
    """At most 32 MiB, over https. Raises BlobRefused and OSError."""
    if not url.startswith("https://"):
        raise BlobRefused("address")
    try:
        with urlopen(Request(url), timeout=TIMEOUT_SECONDS) as response:  # noqa: S310  https, above
            return response.read(LARGEST_BLOB + 1)
    except HTTPException as error:
        raise OSError(f"no answer as HTTP has it ({type(error).__name__})") from error


def trusted_root(bundle: bytes, *, sha256: str = ROOT_SHA256) -> bytes:
    """DER of the certificate with that fingerprint, out of a PEM bundle. Raises BlobRefused."""
    for block in PEM.findall(bundle):
        der = b64decode(block)
        if hashlib.sha256(der).hexdigest() == sha256:
            return der
    raise BlobRefused("no_root")


def read_blob(blob: bytes, *, root: bytes, at: datetime, signer: str = SIGNER) -> Payload:
    """`root` is DER. Raises BlobRefused."""
    if len(blob) > LARGEST_BLOB:
        raise BlobRefused("too_large")
    protected, payload, signature = _parts(blob)
    header = _header(protected)
    leaf = _trusted_signer(header, root, at)
    _require_name(leaf, signer)
    _require_signature(leaf, header, protected + b"." + payload, signature)
    return _payload(payload)


def _parts(blob: bytes) -> tuple[bytes, bytes, bytes]:
    parts = blob.strip().split(b".")
    if len(parts) != 3 or len(parts[0]) > LARGEST_HEADER:
        raise BlobRefused("not_a_jws")
    return parts[0], parts[1], parts[2]


def _decode(text: bytes) -> bytes:
    try:
        return a2b_base64(text.translate(_TO_STANDARD) + b"=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise BlobRefused("not_a_jws") from error


def _header(protected: bytes) -> Mapping[str, Any]:
    try:
        header = strict_json.read_object(_decode(protected))
    except Refused as error:
        raise BlobRefused("not_a_jws") from error
    # RFC 7515 §4.1.11: whoever knows none of what is critical takes nothing
    if "crit" in header:
        raise BlobRefused("critical")
    return header


def _trusted_signer(header: Mapping[str, Any], root: bytes, at: datetime) -> x509.Certificate:
    path = _certificates(header.get("x5c"))
    if not path_is_trusted(trust_path=path, anchors=[root], at=at):
        raise BlobRefused("path")
    return x509.load_der_x509_certificate(path[0])


def _certificates(chain: Any) -> list[bytes]:
    if not isinstance(chain, list) or not 1 <= len(chain) <= LONGEST_PATH:
        raise BlobRefused("path")
    try:
        return [b64decode(text, validate=True) for text in chain]
    except (ValueError, TypeError) as error:
        raise BlobRefused("path") from error


def _require_name(leaf: x509.Certificate, signer: str) -> None:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise BlobRefused("signer") from error
    if signer not in names.get_values_for_type(x509.DNSName):
        raise BlobRefused("signer")


def _require_signature(
    leaf: x509.Certificate, header: Mapping[str, Any], signed: bytes, encoded: bytes
) -> None:
    algorithm = JWS_ALGORITHMS.get(str(header.get("alg")))
    if algorithm is None:
        raise BlobRefused("algorithm")
    signature = _decode(encoded)
    if algorithm == cose.ES256:
        # RFC 7518 §3.4: r and s side by side
        halves = (signature[:32], signature[32:])
        signature = encode_dss_signature(*(int.from_bytes(half) for half in halves))
    try:
        cose.verify_signature(leaf.public_key(), algorithm, signature, signed)
    except Refused as error:
        raise BlobRefused("signature") from error


def _payload(encoded: bytes) -> Payload:
    try:
        told = json.loads(_decode(encoded))
        number, entries = told["no"], told["entries"]
        next_update = date.fromisoformat(told["nextUpdate"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BlobRefused("payload") from error
    if type(number) is not int or not 0 < number < 1 << 63 or not isinstance(entries, list):
        raise BlobRefused("payload")
    return Payload(number=number, next_update=next_update, entries=entries)
