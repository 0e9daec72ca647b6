"""§8.4: android-key, a certificate for the credential with Android's key description in it."""

from collections.abc import Mapping
from typing import Any

from cryptography import x509

from . import der
from .attested import Attested, Subject, algorithm_of, bytes_of, refusal, require_members
from .certificates import Certificate, extension_bytes, read_chain, require_same_key
from .signatures import require_signature

KEY_DESCRIPTION = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
# Places in KeyDescription, and tags in its two AuthorizationLists
CHALLENGE, SOFTWARE_ENFORCED, HARDWARE_ENFORCED, LENGTH = 4, 6, 7, 8
PURPOSE, ALL_APPLICATIONS, ORIGIN = 1, 600, 702
SIGN, GENERATED = 2, 0


def verify(statement: Any, subject: Subject) -> Attested:
    require_members(statement, "alg", "sig", "x5c")
    chain, leaf = read_chain(statement)
    signature = bytes_of(statement, "sig")
    require_signature(leaf.public_key(), algorithm_of(statement), signature, subject.message)
    require_same_key(leaf, subject.data)
    require_key_description(leaf, subject.client_data_hash)
    return Attested("basic", chain)


def require_key_description(leaf: Certificate, client_data_hash: bytes) -> None:
    """The key was made on the device, for this challenge, to sign, for one application (§8.4)."""
    extension = leaf.extensions.get_extension_for_oid(KEY_DESCRIPTION)
    fields = list(der.read_elements(der.read_one(extension_bytes(extension), der.SEQUENCE)))
    if len(fields) != LENGTH or fields[CHALLENGE] != (0, der.OCTETS, client_data_hash):
        raise refusal()
    for place in (SOFTWARE_ENFORCED, HARDWARE_ENFORCED):
        require_authorisations(_authorisations(fields[place][2]))


def _authorisations(contents: bytes) -> Mapping[int, bytes]:
    granted: dict[int, bytes] = {}
    for _kind, number, value in der.read_elements(contents):
        # Whoever finds the other one would judge another key.
        if number in granted:
            raise refusal()
        granted[number] = value
    return granted


def require_authorisations(granted: Mapping[int, bytes]) -> None:
    """What either list says must be so.

    §8.4 wants origin and purpose in the union of both lists, and yet the standard's own vector
    (§16, android-key) has neither and is to be accepted. A key that says nothing is no other key
    than one that says it was made here to sign: the challenge in the same extension shows that it
    was made for this ceremony, and the statement that it signs. So silence passes, and a
    contradiction does not.
    """
    if ALL_APPLICATIONS in granted:
        raise refusal()
    if ORIGIN in granted:
        origin = der.read_one(granted[ORIGIN], der.INTEGER)
        if der.integer(origin) != GENERATED:
            raise refusal()
    if PURPOSE in granted and SIGN not in _purposes(granted[PURPOSE]):
        raise refusal()


def _purposes(contents: bytes) -> list[int]:
    elements = der.read_elements(der.read_one(contents, der.SET))
    return [der.integer(value) for _kind, _tag, value in elements]
