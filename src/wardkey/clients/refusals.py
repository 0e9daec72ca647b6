"""What a client is refused with: the error codes of OAuth and OpenID Connect, and a sentence for
whoever looks after the client."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Client


class ClientRefused(Exception):
    """`error` is the code of RFC 6749, OpenID Connect Core or RFC 8628. The client learns `told`;
    `cause` and `client`, which it may only claim to be, are for the audit trail."""

    client: "Client | None" = None

    def __init__(self, error: str, told: str = "", *, cause: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.told = told
        self.cause = cause or error


class UnsafeAddress(Exception):
    """Nobody is sent there: who asks is not known, or the address is none of its own. `cause` is
    client or redirect_uri."""

    def __init__(self, cause: str, *, client_name: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.client_name = client_name
