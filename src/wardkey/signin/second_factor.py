"""Who owes a second factor, and who may go without it this once."""

from collections.abc import Sequence

from ..keys.models import SecurityKey, State
from ..keys.queries import usable_keys_of
from ..organisations.policy import policy_of
from ..people.grants import role_grants_of
from ..people.models import Person, RoleGrant
from ..people.policy import policy_for
from ..sessions import lifetime
from ..sessions.levels import Level
from ..sessions.models import Session


def owes_second_factor(person: Person) -> bool:
    return person.must_prove_second_factor or bool(usable_keys_of(person)) or _asked(person)


def ask_as_policy_does_now(*, session: Session, grants: Sequence[RoleGrant]) -> None:
    """A session that the password alone opened owes a second factor once the policy asks for one.

    A session that a key opened costs no query; where nothing is asked, one.
    """
    person, is_administrator = session.person, bool(grants)
    if session.level != Level.PASSWORD:
        return
    # An exception only ever asks for less.
    if not policy_of(person.home).asks_for_second_factor(is_administrator=is_administrator):
        return
    if policy_for(person).asks_for_second_factor(is_administrator=is_administrator):
        lifetime.owe_second_factor(session)


def is_owed_without_keys(person: Person) -> bool:
    """Whether somebody who has no key to use is asked for one all the same."""
    return person.must_prove_second_factor or _asked(person)


def may_go_without(person: Person, keys: Sequence[SecurityKey]) -> bool:
    """Keys that were never handed over lock nobody out, where nothing else asks for a factor.
    `keys` are all that the person may use."""
    if is_owed_without_keys(person):
        return False
    return all(key.state == State.WAITING for key in keys)


def _asked(person: Person) -> bool:
    is_administrator = bool(role_grants_of(person.pk))
    return policy_for(person).asks_for_second_factor(is_administrator=is_administrator)
