"""What follows from a key's coming into its holder's use, however it did."""

import uuid

from ..people import accounts, roles
from ..people.models import Person
from ..sessions import lifetime
from . import queries


def came_into_use(holder: Person, *, session_id: uuid.UUID) -> None:
    """In the transaction that made the key active: from now on a key is asked for, also where the
    holder is signed in without one, and a role that waited for the second key begins."""
    accounts.second_factor_was_used(holder)
    lifetime.end_with_password_only(holder.pk, besides=session_id)
    start_roles_of(holder)


def start_roles_of(holder: Person) -> None:
    """Also where a key comes back into use."""
    queries.hold_keys_of(holder)
    roles.start_waiting(holder, keys_in_use=queries.count_keys_in_use(holder))
