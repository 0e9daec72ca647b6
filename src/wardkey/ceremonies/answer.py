"""The envelope of both answers (WebAuthn L3 §5.1, `RegistrationResponseJSON` and its twin)."""

from typing import Any, NamedTuple

from . import base64url
from .refusal import Refused


class Answer(NamedTuple):
    """`response` and `extension_results` are JSON objects that nobody has judged yet."""

    credential_id: bytes
    response: dict[str, Any]
    extension_results: dict[str, Any]


def read(answer: dict[str, Any]) -> Answer:
    """Refuses, at step "parse", what is not a public key credential with one id, spelt once."""
    answer = object_of(answer)
    if answer.get("type") != "public-key":
        raise Refused(step="parse", reason="malformed")
    credential_id = base64url.decode(answer.get("rawId"))
    # Each value has one spelling, so that equal ids are equal texts.
    if answer.get("id") != answer["rawId"]:
        raise Refused(step="parse", reason="id_mismatch")
    response = object_of(answer.get("response"))
    return Answer(credential_id, response, object_of(answer.get("clientExtensionResults", {})))


def object_of(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise Refused(step="parse", reason="malformed")
    return value


def require_members(answer: Answer, names: frozenset[str], *, never: str, step: str) -> None:
    """The response of this ceremony, not of the other one, which would have `never`."""
    if not names <= answer.response.keys() or never in answer.response:
        raise Refused(step=step, reason="response_kind")
