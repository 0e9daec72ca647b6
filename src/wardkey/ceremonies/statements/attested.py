"""What a statement proves, and the one way in which it fails."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..authenticator_data import AuthenticatorData
from ..refusal import Refused


class Attested(NamedTuple):
    """`type` is none, self, basic, attca or anonca (WebAuthn L3 §6.5.4).

    `trust_path` holds DER certificates, the leaf first; it is empty for none and self.
    """

    type: str
    trust_path: tuple[bytes, ...] = ()


class Subject(NamedTuple):
    """The credential that a statement speaks of, and the ceremony that it was made in.

    `message` is what most formats sign.
    """

    data: AuthenticatorData
    client_data_hash: bytes

    @property
    def message(self) -> bytes:
        return self.data.raw + self.client_data_hash


def refusal(reason: str = "attestation") -> Refused:
    # WebAuthn L3 §7.1 step 22
    return Refused(step="7.1.22", reason=reason)


def require_members(statement: Any, *names: str) -> None:
    """Exactly these members: the syntaxes of §8 leave no room for others."""
    if not isinstance(statement, Mapping) or statement.keys() != set(names):
        raise refusal()


def bytes_of(statement: Mapping[str, Any], name: str) -> bytes:
    value = statement[name]
    if type(value) is not bytes:
        raise refusal()
    return value


def algorithm_of(statement: Mapping[str, Any]) -> int:
    """A COSE algorithm identifier."""
    value = statement["alg"]
    if type(value) is not int:
        raise refusal()
    return value
