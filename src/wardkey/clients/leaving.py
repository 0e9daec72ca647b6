"""A client sends somebody to log out here (OpenID Connect RP-Initiated Logout 1.0).

read             who asks, whose session they mean, and where they go afterwards
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .asked import client_with_id
from .id_tokens import Hint, id_token_read
from .models import Client


@dataclass(frozen=True, slots=True)
class Leaving:
    """`back_to` is empty where nobody is sent on: who asks is not known, or the address is none of
    its own. `session_id` is that of the ID token that came along."""

    client: Client | None
    back_to: str
    session_id: str


def read(fields: Mapping[str, str]) -> Leaving:
    hint = id_token_read(fields.get("id_token_hint", ""))
    client = client_with_id(hint.client_id if hint else fields.get("client_id", ""))
    if client is None or not _agree(hint, fields):
        return Leaving(None, "", "")
    wanted = fields.get("post_logout_redirect_uri", "")
    back_to = wanted if wanted in client.logout_redirect_uris else ""
    return Leaving(client, back_to, hint.session_id if hint else "")


def _agree(hint: Hint | None, fields: Mapping[str, str]) -> bool:
    named = fields.get("client_id")
    return hint is None or not named or named == hint.client_id
