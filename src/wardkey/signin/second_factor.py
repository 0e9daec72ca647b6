"""Who owes a second factor, and who may go without it this once."""

from ..keys.models import State
from ..keys.queries import usable_keys_of
from ..people.administrators import role_grants_of
from ..people.models import Person
from ..people.policy import policy_for


def owes_second_factor(person: Person) -> bool:
    return person.must_prove_second_factor or bool(usable_keys_of(person)) or _asked(person)


def may_go_without(person: Person) -> bool:
    """Keys that were never handed over lock nobody out, where nothing else asks for a factor."""
    if person.must_prove_second_factor or _asked(person):
        return False
    return all(key.state == State.WAITING for key in usable_keys_of(person))


def _asked(person: Person) -> bool:
    policy = policy_for(person)
    return policy.asks_for_second_factor(is_administrator=bool(role_grants_of(person.pk)))
