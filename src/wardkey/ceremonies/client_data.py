"""The client data: what the browser says about the ceremony (WebAuthn L3 §5.8.1).

Both ceremonies ask the same of it under different numbers; the caller names its step.
"""

import hashlib
import hmac
from collections.abc import Collection
from typing import Any, NamedTuple

from . import base64url, strict_json
from .refusal import Refused


class ClientData(NamedTuple):
    """`members` holds all of the JSON object; those unknown to us are nobody's business."""

    type: str
    challenge: str
    origin: str
    members: dict[str, Any]


def read(text: str, *, step: str) -> ClientData:
    """Refuses what is not a JSON object with a type, a challenge and an origin, all strings."""
    members = strict_json.read_object(text, step=step)
    kind, challenge, origin = members.get("type"), members.get("challenge"), members.get("origin")
    if type(kind) is not str or type(challenge) is not str or type(origin) is not str:
        raise Refused(step=step, reason="malformed")
    return ClientData(kind, challenge, origin, members)


def require_type(client_data: ClientData, expected: str, *, step: str) -> None:
    if client_data.type != expected:
        raise Refused(step=step, reason="type")


def require_challenge(client_data: ClientData, sha256: bytes, *, step: str) -> None:
    """`sha256` is the digest of the challenge that was sent: the database keeps nothing else."""
    challenge = base64url.decode(client_data.challenge, step=step)
    if not hmac.compare_digest(hashlib.sha256(challenge).digest(), sha256):
        raise Refused(step=step, reason="challenge")


def require_origin(client_data: ClientData, origins: Collection[str], *, step: str) -> None:
    """Letter by letter: no sub-domain, no other port, no other case."""
    if client_data.origin not in origins:
        raise Refused(step=step, reason="origin")


def require_same_origin(client_data: ClientData, *, step: str) -> None:
    # We expect no ceremony inside another site's frame.
    if client_data.members.get("crossOrigin", False) is not False:
        raise Refused(step=step, reason="cross_origin")


def require_no_top_origin(client_data: ClientData, *, step: str) -> None:
    if "topOrigin" in client_data.members:
        raise Refused(step=step, reason="top_origin")
