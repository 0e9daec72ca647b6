"""Who imports, and whose people: an administrator with a role that counts now, or the operator.

importer_of         as their roles are at this moment; Forbidden where they may not import any more
locked_importer_of  the same, inside the transaction that applies: no role is taken away meanwhile
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..audit import log
from ..base.errors import Forbidden
from ..organisations.models import Organisation
from ..people.administrators import Act, covers, grants_for, reaches
from ..people.grants import locked_grants_of, role_grants_of
from ..people.models import Person, RoleGrant
from ..people.queries import person_with_home
from .models import PeopleImport


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`person` is None for the operator, who stands above every role."""

    organisation: Organisation
    person: Person | None = None
    grants: Sequence[RoleGrant] = ()

    @property
    def actor(self) -> log.Actor:
        return log.person(self.person) if self.person else log.OPERATOR

    def reaches(self, organisation: Organisation) -> bool:
        if self.person is None:
            return self.organisation.is_at_or_above(organisation)
        return any(reaches(grant, organisation) for grant in self.grants)

    def covers(self, held: Sequence[RoleGrant]) -> bool:
        return self.person is None or any(covers(grant, held) for grant in self.grants)

    def is_oneself(self, person: Person) -> bool:
        return self.person is not None and self.person.pk == person.pk


def importer_of(people_import: PeopleImport) -> Importer:
    if people_import.asked_by_id is None:
        return Importer(organisation=people_import.organisation)
    return _with(people_import, role_grants_of(people_import.asked_by_id))


def locked_importer_of(people_import: PeopleImport) -> Importer:
    if people_import.asked_by_id is None:
        return Importer(organisation=people_import.organisation)
    return _with(people_import, locked_grants_of(people_import.asked_by_id))


def _with(people_import: PeopleImport, grants: Sequence[RoleGrant]) -> Importer:
    person = people_import.asked_by_id and person_with_home(people_import.asked_by_id)
    allowed = grants_for(grants, Act.IMPORT_PEOPLE, people_import.organisation)
    if not person or not person.may_sign_in or not allowed:
        raise Forbidden("role")
    return Importer(organisation=people_import.organisation, person=person, grants=allowed)
