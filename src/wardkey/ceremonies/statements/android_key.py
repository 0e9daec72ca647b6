"""§8.4: android-key, a certificate for the credential with Android's key description in it."""

from collections.abc import Mapping, Sequence
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

Authorisations = Mapping[int, bytes]


def verify(statement: Any, subject: Subject) -> Attested:
    attested, lists = _verified(statement, subject)
    require_told(lists)
    return attested


def verify_what_is_told(statement: Any, subject: Subject) -> Attested:
    """For recordings: the standard's own vector (§16) has two empty lists, and is to be accepted.

    §8.4 wants origin and purpose in one of them, and a later draft has mended the vector. Silence
    contradicts nothing; but only a certificate that tells them proves them.
    """
    attested, _lists = _verified(statement, subject)
    return attested


def _verified(statement: Any, subject: Subject) -> tuple[Attested, Sequence[Authorisations]]:
    require_members(statement, "alg", "sig", "x5c")
    chain, leaf = read_chain(statement)
    signature = bytes_of(statement, "sig")
    require_signature(leaf.public_key(), algorithm_of(statement), signature, subject.message)
    require_same_key(leaf, subject.data)
    lists = read_key_description(leaf, subject.client_data_hash)
    for each in lists:
        require_uncontradicted(each)
    return Attested("basic", chain), lists


def read_key_description(leaf: Certificate, client_data_hash: bytes) -> Sequence[Authorisations]:
    """What software enforces and what hardware does, of a key made for this challenge."""
    extension = leaf.extensions.get_extension_for_oid(KEY_DESCRIPTION)
    fields = list(der.read_elements(der.read_one(extension_bytes(extension), der.SEQUENCE)))
    if len(fields) != LENGTH or fields[CHALLENGE] != (0, der.OCTETS, client_data_hash):
        raise refusal()
    return [_authorisations(fields[place][2]) for place in (SOFTWARE_ENFORCED, HARDWARE_ENFORCED)]


def _authorisations(contents: bytes) -> Authorisations:
    granted: dict[int, bytes] = {}
    for _kind, number, value in der.read_elements(contents):
        # Whoever finds the other one would judge another key.
        if number in granted:
            raise refusal()
        granted[number] = value
    return granted


def require_told(lists: Sequence[Authorisations]) -> None:
    """Origin and purpose stand in the union of both lists (§8.4)."""
    told = set().union(*lists)
    if not told >= {ORIGIN, PURPOSE}:
        raise refusal()


def require_uncontradicted(granted: Authorisations) -> None:
    """The key was made on the device, to sign, for one application (§8.4): neither list may say
    otherwise."""
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
