"""The first administrator, made on the host by whoever runs the portal."""

from collections.abc import Iterable

from django.db import transaction

from ..audit import events, log
from ..base.errors import InvalidInput
from ..organisations import tree
from ..organisations.models import Organisation
from ..organisations.queries import root
from ..people import accounts, contacts, roles
from ..people.models import Person, Role
from ..people.password_rules import require_hard_to_guess
from ..people.queries import person_by_username
from ..recovery import access_pass

SHORTEST_PASSWORD = 12


def organisation_exists(code: str) -> bool:
    return tree.organisation_by_code(code) is not None


def person_exists(username: str) -> bool:
    return person_by_username(username) is not None


@transaction.atomic
def create_administrator(
    *, username: str, name: str, email: str, code: str, organisation_name: str, password: str
) -> str:
    """A platform administrator and, where the code is new, their organisation.

    Returns an access pass: the default policy asks everybody for a key, and there is none yet.
    Raises InvalidInput: email, username, username_taken, code, organisation_name, and as
    `require_password`.
    """
    require_password(password, own=[name, username, email])
    contacts.require_mail_address(email)
    organisation = tree.organisation_by_code(code) or _found(code, organisation_name)
    person = accounts.add_person(
        username=username,
        name=name,
        email=email,
        organisation=organisation,
        by=log.OPERATOR,
        password=password,
    )
    _appoint(person)
    return access_pass.issue(person=person, by=log.OPERATOR, organisation_id=organisation.pk)


def require_password(password: str, *, own: Iterable[str]) -> None:
    """Raises InvalidInput. The list of breached passwords is not asked: the portal may not run."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password_short", field="password")
    require_hard_to_guess(password, own=own)


def _found(code: str, name: str) -> Organisation:
    if not name.strip():
        raise InvalidInput("organisation_name", field="organisation_name")
    return tree.found(code=code.strip(), name=name.strip(), parent=root())


def _appoint(person: Person) -> None:
    """The role holds on the root, and so on every organisation."""
    roles.grant_role(
        person=person,
        role=Role.PLATFORM_ADMINISTRATOR,
        organisation=root() or person.home,
        with_those_below=True,
        by=log.OPERATOR,
    )
    log.record(
        events.ADMINISTRATOR_CREATED,
        actor=log.OPERATOR,
        holder_id=person.pk,
        organisation_id=person.home.pk,
    )
