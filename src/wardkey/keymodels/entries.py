"""One entry of a FIDO Metadata BLOB to one key model (FIDO Metadata Service §3.1.1, Metadata
Statement §4). Each entry is read alone: a malformed one takes no other with it."""

import hashlib
import uuid
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography import x509

from .models import KeyModel
from .statuses import certification_on

LONGEST_ICON = 256 * 1024
ICON_TYPES = ("data:image/png;base64,", "data:image/svg+xml;base64,", "data:image/jpeg;base64,")
IDENTIFIER_DIGITS = 40
LONGEST_CERTIFICATE_NUMBER = 60
# How a model reaches a computer: WebAuthn's transports (L3 §5.8.4) and FIDO's hints (Registry of
# Predefined Values §3.4). Neither says which shape of plug it has.
CONNECTIONS = {
    "usb": "wired",
    "wired": "wired",
    "nfc": "nfc",
    "ble": "bluetooth",
    "bluetooth": "bluetooth",
    "internal": "built_in",
}


class NotAKeyModel(Exception):
    """An entry for another protocol than WebAuthn, such as UAF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An unsaved model, and the identifiers (hex) by which it is found without an AAGUID."""

    model: KeyModel
    identifiers: tuple[str, ...]


def read_entry(entry: Mapping[str, Any], *, today: date) -> Entry:
    """Raises NotAKeyModel, or ValueError, KeyError, TypeError or AttributeError if malformed."""
    statement = entry["metadataStatement"]
    aaguid = uuid.UUID(entry["aaguid"]) if "aaguid" in entry else None
    identifiers = tuple(map(_identifier, entry.get("attestationCertificateKeyIdentifiers", ())))
    if not aaguid and not identifiers:
        raise NotAKeyModel
    statuses = sorted(map(_status, entry["statusReports"]), key=lambda report: report["since"])
    model = KeyModel(
        id=aaguid or uuid.uuid5(uuid.NAMESPACE_OID, identifiers[0]),
        aaguid=aaguid,
        name=_name(statement),
        icon=_icon(statement),
        certification=certification_on(today, statuses),
        statuses=statuses,
        roots=[root for root in map(_root, statement["attestationRootCertificates"]) if root],
        user_verification=_user_verification(statement),
        connections=_connections(statement),
        key_protection=_key_protection(statement),
        **_device_facts(statement),
    )
    return Entry(model=model, identifiers=identifiers)


def _identifier(text: str) -> str:
    if len(text) != IDENTIFIER_DIGITS:
        raise ValueError("not a SHA-1")
    return bytes.fromhex(text).hex()


def _name(statement: Mapping[str, Any]) -> str:
    name = " ".join(statement["description"].split())
    if not name:
        raise ValueError("no name")
    return name[:200]


def _icon(statement: Mapping[str, Any]) -> str:
    """A picture as a data URL, or nothing: it goes into pages."""
    icon = statement.get("icon") or ""
    return icon if icon.startswith(ICON_TYPES) and len(icon) <= LONGEST_ICON else ""


def _root(text: str) -> str:
    """Base64 of DER, or nothing where no certificate can be read, as in several real entries."""
    der = b64decode("".join(text.split()), validate=True)
    try:
        x509.load_der_x509_certificate(der)
    except ValueError:
        return ""
    return b64encode(der).decode("ascii")


def _status(report: Mapping[str, Any]) -> dict[str, Any]:
    certificate = report.get("certificate") or report.get("batchCertificate") or ""
    digest = hashlib.sha256(b64decode(certificate)).hexdigest() if certificate else ""
    since = date.fromisoformat(report["effectiveDate"]) if "effectiveDate" in report else date.min
    status = report["status"]
    if not isinstance(status, str):
        raise TypeError("a status is text")
    return {
        "status": status,
        "since": since.isoformat(),
        "certificate_sha256": digest,
        "firmware": _number(report.get("authenticatorVersion"), below=1 << 63),
        "certificate_number": _certificate_number(report.get("certificateNumber")),
    }


def _certificate_number(told: Any) -> str:
    """FIDO's, which goes into an address; another certifier's may have any shape."""
    is_one = isinstance(told, str) and told.isascii() and told.replace("-", "").isalnum()
    return told if is_one and len(told) <= LONGEST_CERTIFICATE_NUMBER else ""


def _user_verification(statement: Mapping[str, Any]) -> list[str]:
    """Every method that the model knows, alone or in combination."""
    methods = {
        method["userVerificationMethod"]
        for combination in statement.get("userVerificationDetails", ())
        for method in combination
    }
    return sorted(methods)


def _connections(statement: Mapping[str, Any]) -> list[str] | None:
    """None where the statement says nothing that can be read."""
    transports = (statement.get("authenticatorGetInfo") or {}).get("transports")
    lists = [each for each in (statement.get("attachmentHint"), transports) if type(each) is list]
    told = {each for hints in lists for each in hints if isinstance(each, str)}
    return sorted({CONNECTIONS[each] for each in told & CONNECTIONS.keys()}) or None


def _key_protection(statement: Mapping[str, Any]) -> list[str] | None:
    """None where it is no list of words, as it was no list before version 3 of the statement."""
    told = statement.get("keyProtection")
    is_readable = type(told) is list and all(isinstance(each, str) for each in told)
    return sorted(set(told)) if is_readable and told else None


def _device_facts(statement: Mapping[str, Any]) -> dict[str, int | None]:
    """What the device itself tells (CTAP2 authenticatorGetInfo), where the maker handed it in.

    `authenticatorVersion` is the lowest that is to be trusted (Metadata Statement §4).
    """
    told = statement.get("authenticatorGetInfo") or {}
    firmware = statement.get("authenticatorVersion", told.get("firmwareVersion"))
    return {
        "minimum_pin_length": _number(told.get("minPINLength"), below=64),
        "firmware_version": _number(firmware, below=1 << 63),
    }


def _number(value: Any, *, below: int) -> int | None:
    return value if type(value) is int and 0 <= value < below else None
