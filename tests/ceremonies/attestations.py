"""True statements of every format, with real signatures, and each of their parts to be spoilt."""

import hashlib
import json
import struct
from base64 import b64encode, urlsafe_b64encode
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fido2 import cbor

from wardkey.ceremonies import authenticator_data
from wardkey.ceremonies.authenticator_data import AuthenticatorData
from wardkey.ceremonies.statements import Attested, verify_statement

from .certificates import Issued, issue, key_for

AAGUID = bytes(range(16))
CLIENT_DATA_HASH = hashlib.sha256(b"client data").digest()
CREDENTIAL_ID = bytes(range(32))
CREDENTIAL_KEY = key_for("Credential")
AAGUID_EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")


def cose_key(key: ec.EllipticCurvePrivateKey) -> dict[int, Any]:
    numbers = key.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


def data_for(cose: dict[int, Any], aaguid: bytes = AAGUID) -> AuthenticatorData:
    head = hashlib.sha256(b"localhost").digest() + b"\x45" + bytes(4)
    credential = aaguid + len(CREDENTIAL_ID).to_bytes(2) + CREDENTIAL_ID + cbor.encode(cose)
    return authenticator_data.parse(head + credential)


DATA = data_for(cose_key(CREDENTIAL_KEY))
SIGNED = DATA.raw + CLIENT_DATA_HASH
ROOT = issue("Root", ca=True)


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    return key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def judge(format: str, statement: Any, data: AuthenticatorData = DATA, **others: Any) -> Attested:
    return verify_statement(
        format=format,
        statement=statement,
        data=data,
        client_data_hash=CLIENT_DATA_HASH,
        **others,
    )


def unknown(oid: str, value: bytes, *, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), critical


def aaguid_extension(aaguid: bytes, *, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    return unknown(AAGUID_EXTENSION.dotted_string, b"\x04\x10" + aaguid, critical=critical)


# -- packed, fido-u2f


def packed(leaf: Issued, *others: Issued) -> dict[str, Any]:
    chain = [each.der for each in (leaf, *others)]
    return {"alg": -7, "sig": sign(leaf.key, SIGNED), "x5c": chain}


def packed_self() -> dict[str, Any]:
    return {"alg": -7, "sig": sign(CREDENTIAL_KEY, SIGNED)}


def fido_u2f(leaf: Issued) -> dict[str, Any]:
    numbers = CREDENTIAL_KEY.public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
    signed = b"\x00" + DATA.rp_id_hash + CLIENT_DATA_HASH + CREDENTIAL_ID + point
    return {"sig": sign(leaf.key, signed), "x5c": [leaf.der]}


# -- tpm


def tpm_leaf(
    *, purpose: str = "2.23.133.8.3", parts: int = 3, name: x509.Name | None = None, **options: Any
) -> Issued:
    described = [
        x509.NameAttribute(x509.ObjectIdentifier(f"2.23.133.2.{part}"), f"id:{part}")
        for part in range(1, parts + 1)
    ]
    extensions = (
        (x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), False),
        (x509.SubjectAlternativeName([x509.DirectoryName(x509.Name(described))]), True),
        *options.pop("extensions", ()),
    )
    subject_name = x509.Name([]) if name is None else name
    return issue("AIK", issuer=ROOT, subject_name=subject_name, extensions=extensions, **options)


def public_area(key: ec.EllipticCurvePrivateKey, name_algorithm: int = 0x000B) -> bytes:
    numbers = key.public_key().public_numbers()
    head = struct.pack("!HHLH", 0x0023, name_algorithm, 0x00060472, 0)
    scheme = struct.pack("!HHHH", 0x0010, 0x0010, 0x0003, 0x0010)
    point = b"".join(b"\x00\x20" + each.to_bytes(32) for each in (numbers.x, numbers.y))
    return head + scheme + point


def certification(area: bytes, *, magic: bytes = b"\xffTCG", kind: int = 0x8017) -> bytes:
    sized = [
        b"signer",
        hashlib.sha256(SIGNED).digest(),
        b"\x00\x0b" + hashlib.sha256(area).digest(),
        b"qualified",
    ]
    signer, extra, name, qualified = (len(each).to_bytes(2) + each for each in sized)
    return magic + kind.to_bytes(2) + signer + extra + bytes(25) + name + qualified


def tpm(leaf: Issued, **changes: Any) -> dict[str, Any]:
    """`changes` take the place of parts before the attestation key signs."""
    area = changes.get("pubArea", public_area(CREDENTIAL_KEY))
    cert_info = changes.get("certInfo", certification(area))
    statement = {
        "ver": "2.0",
        "alg": -7,
        "x5c": [leaf.der],
        "sig": sign(leaf.key, cert_info),
        "certInfo": cert_info,
        "pubArea": area,
    }
    return {**statement, **changes}


# -- apple, android-key, android-safetynet


def apple(nonce: bytes, key: Any = CREDENTIAL_KEY) -> dict[str, Any]:
    extension = unknown("1.2.840.113635.100.8.2", bytes.fromhex("3024a1220420") + nonce)
    leaf = issue("Apple", issuer=ROOT, key=key, extensions=(extension,))
    return {"x5c": [leaf.der, ROOT.der]}


def tagged(number: int, contents: bytes) -> bytes:
    """An explicit context tag, as X.690 writes it."""
    if number < 31:
        return bytes([0xA0 | number, len(contents)]) + contents
    return bytes([0xBF, 0x80 | number >> 7, number & 0x7F, len(contents)]) + contents


MADE_HERE = tagged(702, b"\x02\x01\x00")
SIGNS = tagged(1, b"\x31\x06\x02\x01\x02\x02\x01\x03")


def key_description(
    challenge: bytes = CLIENT_DATA_HASH, software: bytes = b"", hardware: bytes = SIGNS + MADE_HERE
) -> bytes:
    head = bytes.fromhex("02012c0a010102012c0a0101") + b"\x04\x20" + challenge + b"\x04\x00"
    return element(0x30, head + element(0x30, software) + element(0x30, hardware))


def element(tag: int, contents: bytes) -> bytes:
    """DER, up to 255 bytes."""
    length = [len(contents)] if len(contents) < 0x80 else [0x81, len(contents)]
    return bytes([tag, *length]) + contents


def android_key(description: bytes, key: Any = CREDENTIAL_KEY) -> dict[str, Any]:
    extension = unknown("1.3.6.1.4.1.11129.2.1.17", description)
    return packed(issue("Android", issuer=ROOT, ca=None, key=key, extensions=(extension,)))


def safetynet(key: rsa.RSAPrivateKey, **changes: Any) -> dict[str, Any]:
    """`changes`: host, algorithm, or members of Google's answer."""
    names = x509.SubjectAlternativeName([x509.DNSName(changes.pop("host", "attest.android.com"))])
    leaf = issue("SafetyNet", issuer=ROOT, key=key, extensions=((names, False),))
    algorithm = changes.pop("algorithm", "RS256")
    header = {"alg": algorithm, "x5c": [b64encode(leaf.der).decode()]}
    nonce = b64encode(hashlib.sha256(SIGNED).digest()).decode()
    signed = b".".join(_jws_part(each) for each in (header, {"nonce": nonce, **TRUE, **changes}))
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return {"ver": "1", "response": signed + b"." + urlsafe_b64encode(signature).rstrip(b"=")}


TRUE = {"ctsProfileMatch": True}


def _jws_part(value: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
