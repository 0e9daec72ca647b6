"""§8.5: android-safetynet, withdrawn by Google. Judged in recordings only, never registered."""

import hashlib
import json
from base64 import b64decode, b64encode
from typing import Any

from cryptography import x509

from .. import base64url
from .attested import Attested, Subject, bytes_of, refusal, require_members
from .certificates import Certificate, read_chain
from .signatures import require_signature

HOST = "attest.android.com"
RS256 = -257


def verify(statement: Any, subject: Subject) -> Attested:
    require_members(statement, "ver", "response")
    protected, payload, signature = bytes_of(statement, "response").decode("ascii").split(".")
    header = json.loads(base64url.decode(protected))
    chain, leaf = read_chain({"x5c": [b64decode(text, validate=True) for text in header["x5c"]]})
    require_host(leaf)
    if header["alg"] != "RS256":  # the only one that Google ever used
        raise refusal()
    signed = f"{protected}.{payload}".encode("ascii")
    require_signature(leaf.public_key(), RS256, base64url.decode(signature), signed)
    require_answer(json.loads(base64url.decode(payload)), subject)
    return Attested("basic", chain)


def require_host(leaf: Certificate) -> None:
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if HOST not in names.get_values_for_type(x509.DNSName):
        raise refusal()


def require_answer(answer: Any, subject: Subject) -> None:
    nonce = hashlib.sha256(subject.message).digest()
    if answer["nonce"] != b64encode(nonce).decode() or answer["ctsProfileMatch"] is not True:
        raise refusal()
