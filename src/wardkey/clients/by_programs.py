"""What a program may do to a client, through the API, is less than what a person may.

    require_not_looser   people alone let anybody in with less than before
    noted                what a program names, people vouch for: until then everybody is asked

Whoever stole an API token could otherwise have an address of theirs told who comes by, or let
themselves in with a password that they stole too. A secret or a public key alone gets nothing: what
is given goes to the addresses; or to a device, for which people are asked each time (devices.py),
and which people alone allow to a client.
"""

from collections.abc import Mapping

from ..base import clock
from ..base.errors import Forbidden
from ..people.access import Asker
from .assurance import at_least
from .models import Client

VOUCHED_FOR = ("name", "redirect_uris", "logout_redirect_uris", "logout_uri")


def require_not_looser(asker: Asker, *, was: str, becomes: str) -> None:
    """Of assurances, or decisions. Raises Forbidden (looser_by_program)."""
    if asker.program is not None and not at_least(becomes, was):
        raise Forbidden("looser_by_program")


def noted(asker: Asker, client: Client, was: Mapping[str, object]) -> None:
    """Before it is saved. `was` is what the trail said of it, nothing where it is new. A person who
    saves it has seen all of it."""
    if asker.program is None:
        client.unvouched_since = None
    elif any(was.get(field) != getattr(client, field) for field in VOUCHED_FOR):
        client.unvouched_since = clock.now()
