"""§8.2: packed, the format of security keys, signed by a batch certificate or by the key itself."""

from collections.abc import Mapping
from typing import Any

from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import NameOID

from .attested import Attested, Subject, algorithm_of, bytes_of, refusal, require_members
from .certificates import Certificate, read_chain, require_aaguid_matches, require_end_entity
from .signatures import require_signature

UNIT = "Authenticator Attestation"


def verify(statement: Any, subject: Subject) -> Attested:
    if isinstance(statement, Mapping) and "x5c" in statement:
        return _verify_full(statement, subject)
    return _verify_self(statement, subject)


def _verify_full(statement: Mapping[str, Any], subject: Subject) -> Attested:
    require_members(statement, "alg", "sig", "x5c")
    chain, leaf = read_chain(statement)
    signature = bytes_of(statement, "sig")
    require_signature(leaf.public_key(), algorithm_of(statement), signature, subject.message)
    require_end_entity(leaf)
    require_subject(leaf)
    require_aaguid_matches(leaf, subject.data)
    return Attested("basic", chain)


def _verify_self(statement: Any, subject: Subject) -> Attested:
    require_members(statement, "alg", "sig")
    key, algorithm = subject.data.credential_key
    if algorithm_of(statement) != algorithm:
        raise refusal()
    require_signature(key, algorithm, bytes_of(statement, "sig"), subject.message)
    return Attested("self")


def require_subject(leaf: Certificate) -> None:
    """§8.2.1: a country of two letters, a maker, the literal unit and a name."""
    country = _part(leaf, NameOID.COUNTRY_NAME)
    if len(country) != 2 or _part(leaf, NameOID.ORGANIZATIONAL_UNIT_NAME) != UNIT:
        raise refusal()
    if not _part(leaf, NameOID.ORGANIZATION_NAME) or not _part(leaf, NameOID.COMMON_NAME):
        raise refusal()


def _part(leaf: Certificate, oid: ObjectIdentifier) -> str:
    [part] = leaf.subject.get_attributes_for_oid(oid)
    return str(part.value)
