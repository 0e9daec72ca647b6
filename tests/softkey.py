"""A security key in software: real keys, real signatures, and each fault on request.

    key = SoftKey("Ben's blue key")
    answer = key.register(options, "http://localhost:8000")
    answer = key.sign(options, "http://localhost:8000", sign_count=3)

The options are those of PublicKeyCredentialCreationOptionsJSON and its twin, the answers those of
RegistrationResponseJSON and its twin. A key's name is its seed: keys of one name are one key.
"""

import functools
import hashlib
import itertools
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import CoseKey

from .ceremonies.certificates import Issued, issue

ES256, EDDSA, ES384, RS256 = -7, -8, -35, -257
AAGUID = bytes.fromhex("0102030405060708090a0b0c0d0e0f10")
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED, EXTENDED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
ROOT = issue("Software keys root", ca=True)

Bytes = Callable[[bytes], bytes]


class NotAllowed(Exception):
    """The key holds none of the credentials that were asked for."""


class AlreadyRegistered(Exception):
    """The key holds a credential that was to be excluded."""


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How an answer departs from the honest one. All but the last two are signed as they stand.

    Where a mapping changes members, None takes one away; callables get bytes and give others.
    """

    client_data: Mapping[str, Any] = field(default_factory=dict)
    client_data_json: Bytes = bytes
    rp_id: str | None = None
    set_flags: int = 0
    clear_flags: int = 0
    sign_count: int | None = None
    credential_id: bytes | None = None
    cose: Mapping[int, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] | None = None
    authenticator_data: Bytes = bytes
    statement: Mapping[str, Any] = field(default_factory=dict)
    signature: Bytes = bytes
    attestation_object: Bytes = bytes
    response: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Credential:
    credential_id: bytes
    private_key: Any
    user_handle: bytes
    rp_id: str


class SoftKey:
    """`attestation` is packed, self, none or fido-u2f; `aaguid` has 16 bytes.

    A packed or fido-u2f statement is signed by a batch certificate that `root` issued, which tells
    the three bytes of `firmware`, and the key's own `serial` number, if any.
    """

    _unnamed = itertools.count(1)

    def __init__(
        self,
        name: str | None = None,
        *,
        aaguid: bytes = AAGUID,
        algorithm: int = ES256,
        attestation: str = "packed",
        root: Issued = ROOT,
        firmware: bytes = b"",
        serial: bytes = b"",
        backup_eligible: bool = False,
        backup_state: bool = False,
        counts: bool = True,
    ) -> None:
        self.name = name or f"key {next(self._unnamed)}"
        self.aaguid = bytes(16) if attestation == "fido-u2f" else aaguid
        self.algorithm = algorithm
        self.attestation = attestation
        self.root = root
        self.firmware = firmware
        self.serial = serial
        self.flags = PRESENT | VERIFIED | ELIGIBLE * backup_eligible | BACKED_UP * backup_state
        self.step = 1 if counts else 0
        self.sign_count = 0
        self.credentials: dict[bytes, Credential] = {}

    def register(self, options: Mapping[str, Any], origin: str, **faults: Any) -> dict[str, Any]:
        fault = Faults(**faults)
        if self._holds(options.get("excludeCredentials", [])):
            raise AlreadyRegistered(self.name)
        credential = self._make_credential(options, fault)
        client_data = client_data_json("webauthn.create", options, origin, fault)
        data = self._authenticator_data(credential, fault, attested=True)
        signed = data + hashlib.sha256(client_data).digest()
        statement = {**self._statement(credential, data, signed), **fault.statement}
        format = self.attestation if self.attestation != "self" else "packed"
        attestation = cbor.encode({"fmt": format, "attStmt": statement, "authData": data})
        response = {
            "clientDataJSON": encode(client_data),
            "attestationObject": encode(fault.attestation_object(attestation)),
            "transports": ["nfc", "usb"],
        }
        return assemble(credential, response, fault, {"credProps": {"rk": True}})

    def sign(
        self,
        options: Mapping[str, Any],
        origin: str,
        credential_id: bytes | None = None,
        **faults: Any,
    ) -> dict[str, Any]:
        """With `credential_id`, that credential signs, whatever was asked for."""
        fault = Faults(**faults)
        credential = self.credentials.get(credential_id) or self._asked_for(options)
        client_data = client_data_json("webauthn.get", options, origin, fault)
        data = self._authenticator_data(credential, fault)
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(fault.signature(signature(credential.private_key, signed))),
            "userHandle": encode(credential.user_handle),
        }
        return assemble(credential, response, fault, {})

    def twin(self) -> "SoftKey":
        """As it is now, whatever either does from then on."""
        twin = copy(self)
        twin.credentials = {**self.credentials}
        return twin

    def _holds(self, descriptors: list[Mapping[str, Any]]) -> list[Credential]:
        asked = [decode(descriptor["id"]) for descriptor in descriptors]
        return [self.credentials[each] for each in asked if each in self.credentials]

    def _asked_for(self, options: Mapping[str, Any]) -> Credential:
        asked = options.get("allowCredentials")
        held = self._holds(asked) if asked else list(self.credentials.values())
        if not held:
            raise NotAllowed(self.name)
        return held[0]

    def _make_credential(self, options: Mapping[str, Any], fault: Faults) -> Credential:
        label = f"{self.name} {len(self.credentials) + 1}"
        credential = Credential(
            credential_id=fault.credential_id or hashlib.sha256(label.encode()).digest(),
            private_key=private_key(self.algorithm, label),
            user_handle=decode(options["user"]["id"]),
            rp_id=options["rp"]["id"],
        )
        self.credentials[credential.credential_id] = credential
        return credential

    def _authenticator_data(
        self, credential: Credential, fault: Faults, attested: bool = False
    ) -> bytes:
        told = {"credProtect": 2, "minPinLength": 4} if attested else {}
        extensions = told if fault.extensions is None else fault.extensions
        self.sign_count += self.step
        count = self.sign_count if fault.sign_count is None else fault.sign_count
        flags = self.flags | ATTESTED * attested | EXTENDED * bool(extensions)
        data = hashlib.sha256((fault.rp_id or credential.rp_id).encode()).digest()
        data += bytes([(flags | fault.set_flags) & ~fault.clear_flags]) + count.to_bytes(4)
        if attested:
            length = len(credential.credential_id).to_bytes(2)
            data += self.aaguid + length + credential.credential_id
            data += cbor.encode(changed(public_cose(credential, self.algorithm), fault.cose))
        if extensions:
            data += cbor.encode(extensions)
        return fault.authenticator_data(data)

    def _statement(self, credential: Credential, data: bytes, signed: bytes) -> dict[str, Any]:
        if self.attestation == "none":
            return {}
        if self.attestation == "self":
            return {"alg": self.algorithm, "sig": signature(credential.private_key, signed)}
        batch = batch_certificate(self.root, self.aaguid, self.firmware, self.serial)
        if self.attestation == "fido-u2f":
            numbers = credential.private_key.public_key().public_numbers()
            point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
            signed = b"\x00" + data[:32] + signed[-32:] + credential.credential_id + point
            return {"sig": signature(batch.key, signed), "x5c": [batch.der]}
        return {"alg": ES256, "sig": signature(batch.key, signed), "x5c": [batch.der]}


def client_data_json(kind: str, options: Mapping[str, Any], origin: str, fault: Faults) -> bytes:
    members = {
        "type": kind,
        "challenge": options["challenge"],
        "origin": origin,
        "crossOrigin": False,
    }
    text = json.dumps(changed(members, fault.client_data), separators=(",", ":"))
    return fault.client_data_json(text.encode())


def assemble(
    credential: Credential, response: dict[str, Any], fault: Faults, results: dict[str, Any]
) -> dict[str, Any]:
    answer = {
        "id": encode(credential.credential_id),
        "rawId": encode(credential.credential_id),
        "type": "public-key",
        "authenticatorAttachment": "cross-platform",
        "response": changed(response, fault.response),
        "clientExtensionResults": results,
    }
    return changed(answer, fault.answer)


def changed(members: dict[Any, Any], changes: Mapping[Any, Any]) -> dict[Any, Any]:
    together = {**members, **changes}
    return {name: value for name, value in together.items() if value is not None}


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


@functools.cache
def private_key(algorithm: int, label: str) -> Any:
    seed = hashlib.sha512(label.encode()).digest()
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    if algorithm == RS256:
        # The one key that no seed makes: its primes would take seconds. No test depends on them.
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.SECP384R1() if algorithm == ES384 else ec.SECP256R1()
    return ec.derive_private_key(int.from_bytes(seed[:24]), curve)


def public_cose(credential: Credential, algorithm: int) -> dict[int, Any]:
    public_key = credential.private_key.public_key()
    return dict(CoseKey.for_alg(algorithm).from_cryptography_key(public_key))


def signature(key: Any, message: bytes) -> bytes:
    """As a security key signs; the same bytes every time."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    digest = hashes.SHA384() if key.curve.name == "secp384r1" else hashes.SHA256()
    return key.sign(message, ec.ECDSA(digest, deterministic_signing=True))


@functools.cache
def batch_certificate(
    root: Issued, aaguid: bytes, firmware: bytes = b"", serial: bytes = b""
) -> Issued:
    told = {
        "1.3.6.1.4.1.45724.1.1.4": aaguid,
        "1.3.6.1.4.1.41482.13.1": firmware,
        # Enterprise attestation alone tells it.
        "1.3.6.1.4.1.45724.1.1.2": serial,
    }
    extensions = tuple((octets(oid, value), False) for oid, value in told.items() if value)
    return issue(f"Batch {aaguid.hex()}", issuer=root, extensions=extensions)


def octets(oid: str, value: bytes) -> x509.UnrecognizedExtension:
    """An extension that is an OCTET STRING."""
    tag_and_length = bytes([0x04, len(value)])
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), tag_and_length + value)
