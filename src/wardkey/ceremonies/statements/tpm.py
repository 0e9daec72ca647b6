"""§8.3: tpm, the key of a machine, certified by an attestation key inside the same TPM."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography import x509

from .attested import Attested, Subject, algorithm_of, bytes_of, refusal, require_members
from .certificates import (
    Certificate,
    extended_key_usages,
    read_chain,
    require_aaguid_matches,
    require_end_entity,
)
from .signatures import RS1, require_tpm_signature
from .tpm_structures import read_certification, read_public_area

AIK_CERTIFICATE = "2.23.133.8.3"
# Manufacturer, model, version (TPMv2-EK-Profile 3.2.9)
DESCRIPTION = {"2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3"}
# The hash employed in `alg`, by COSE identifier
DIGESTS = {
    -7: hashlib.sha256,
    -35: hashlib.sha384,
    -36: hashlib.sha512,
    -37: hashlib.sha256,
    -257: hashlib.sha256,
    RS1: hashlib.sha1,
}


def verify(statement: Any, subject: Subject) -> Attested:
    require_members(statement, "ver", "alg", "x5c", "sig", "certInfo", "pubArea")
    if statement["ver"] != "2.0":
        raise refusal()
    chain, leaf = read_chain(statement)
    require_certified(statement, subject)
    signature, signed = bytes_of(statement, "sig"), bytes_of(statement, "certInfo")
    require_tpm_signature(leaf.public_key(), algorithm_of(statement), signature, signed)
    require_attestation_key(leaf)
    require_aaguid_matches(leaf, subject.data)
    return Attested("attca", chain)


def require_certified(statement: Mapping[str, Any], subject: Subject) -> None:
    """The TPM certified this credential's key, for this ceremony (§8.3)."""
    area = read_public_area(bytes_of(statement, "pubArea"))
    if area.numbers != key_numbers(subject.data.cose):
        raise refusal()
    certification = read_certification(bytes_of(statement, "certInfo"))
    digest = DIGESTS[algorithm_of(statement)](subject.message).digest()
    if certification.extra_data != digest or certification.name != area.name:
        raise refusal()


def key_numbers(key: Mapping[Any, Any]) -> tuple[int, ...]:
    """The numbers of a COSE key, as `PublicArea.numbers` has them."""
    if key[1] == 3:
        return int.from_bytes(key[-1]), int.from_bytes(key[-2])
    return key[-1], int.from_bytes(key[-2]), int.from_bytes(key[-3])


def require_attestation_key(leaf: Certificate) -> None:
    # §8.3.1
    require_end_entity(leaf)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    described = {
        part.oid.dotted_string
        for name in names.get_values_for_type(x509.DirectoryName)
        for part in name
    }
    if len(leaf.subject) or not described.issuperset(DESCRIPTION):
        raise refusal()
    if AIK_CERTIFICATE not in extended_key_usages(leaf):
        raise refusal()
