"""The only door to another person's record.

Asker                        who asks, through which session, for which organisation
person_administered_by       the person, or NotFound (unknown and out of scope alike), or Forbidden
covered_among                which of many would be returned, for lists
still_covered_among          the same inside a transaction, for an act about all of them
require_proof                it is still they, for acts that ask for it
require_still_administered   role, scope and proof again, inside the transaction that writes
still_administered           as it, for flows that go on to ask which roles the person holds
require_still_allowed        the same of an act that is about the organisation in view
require_role_still_holds     all but the proof, for what was begun with one
role_holder                  the person whose roles the asker looks after
still_role_holder            the same question again, inside the transaction that writes
own_record                   for the pages on which people look after themselves
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from ..audit.log import Actor
from ..base.errors import Forbidden, NotFound, ProofRequired
from ..organisations import tree
from ..organisations.models import Organisation
from . import queries
from .administrators import ABOUT_ROLES, Act, covers, covers_the_rest, grants_for, reaches
from .deeds import NOTHING, Deed, Proof
from .grants import (
    GrantsOfEach,
    giving_rights,
    grants_beside_locked,
    grants_of_each,
    held,
    locked_grants_of,
)
from .models import Person, RoleGrant
from .programs import Program, actor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """`organisation` is the one in view; None where somebody acts for themselves only.

    `proof` is what the door knows of the asker's proofs; by itself, nothing. `read` are the roles
    of the person in the address, whom the door asked about with the same query as about `grants`.
    `session_id` is that of the API token where a program asks, and `program` what it is: the trail
    tells it from the person as whom it acts.
    """

    person: Person
    session_id: uuid.UUID
    organisation: Organisation | None
    grants: Sequence[RoleGrant] = ()
    proof: Proof = NOTHING
    read: GrantsOfEach = field(default_factory=dict)
    program: Program | None = None

    @property
    def actor(self) -> Actor:
        return actor_of(self.person, self.program)

    @property
    def name(self) -> str:
        """By which whoever is told of a deed knows who did it."""
        return (self.program and self.program.name) or self.person.name

    @property
    def organisation_id(self) -> int | None:
        return self.organisation.pk if self.organisation else None

    @property
    def organisations(self) -> list[Organisation]:
        """For which the asker may act, one at a time; that of their highest role first."""
        return list({grant.organisation_id: grant.organisation for grant in self.grants}.values())

    def grants_of(self, person: Person) -> list[RoleGrant]:
        """All of the person's that have not ended, as they were when the request came in."""
        known = self.read if person.pk in self.read else grants_of_each([person.pk])
        return known[person.pk]

    def may(self, act: Act) -> bool:
        return bool(grants_for(self.grants, act, self.organisation))

    def organisations_for(self, act: Act) -> QuerySet[Organisation]:
        """Where the asker may do it: the organisation in view, and those below if granted so."""
        grants = grants_for(self.grants, act, self.organisation)
        if self.organisation is None or not grants:
            raise Forbidden("role")
        with_those_below = any(grant.with_those_below for grant in grants)
        return tree.branch(self.organisation) if with_those_below else tree.alone(self.organisation)


def person_administered_by(asker: Asker, person_id: uuid.UUID, act: Act) -> Person:
    """The person, with `home` loaded. Unknown and out of scope: NotFound. In scope: Forbidden."""
    person = queries.person_with_home(person_id)
    if person is None:
        raise NotFound
    allowed = require_allowed_there(asker.grants, asker, person.home, act)
    require_covered(allowed, held(asker.grants_of(person)))
    return person


def require_proof(
    asker: Asker, act: Act, about: Person | Organisation, *, without: uuid.UUID | None = None
) -> None:
    """Raises ProofRequired. `without` is a key that counts for nothing: the act is about it."""
    if not asker.proof.covers(Deed(act, str(about.pk)), without=without):
        raise _asking_for_proof(act, about, without=without)


def require_still_administered(asker: Asker, person: Person, act: Act) -> None:
    """Asked with everything read anew: roles, home and scope may have gone since the page, and
    the proof may have been used up. From here on it is.

    A deed that locks the person's row asks afterwards: who waited for the row finds them moved."""
    still_administered(asker, person, act)


def still_administered(asker: Asker, person: Person, act: Act) -> list[RoleGrant]:
    """The roles that the person holds, which were read anew with the rest; not asked of oneself."""
    theirs = _role_still_holds(asker, person, act)
    use_up_proof(asker, act, person)
    return theirs


def use_up_proof(asker: Asker, act: Act, about: Person | Organisation) -> None:
    if not asker.proof.use_up(Deed(act, str(about.pk))):
        raise _asking_for_proof(act, about)


def require_role_still_holds(asker: Asker, person: Person, act: Act) -> None:
    _role_still_holds(asker, person, act)


def _role_still_holds(asker: Asker, person: Person, act: Act) -> list[RoleGrant]:
    if asker.organisation is None:
        _require_own(asker, person)
        return []
    found, mine, theirs = _read_anew(asker, person)
    allowed = require_allowed_there(mine, asker, found.home, act)
    require_covered(allowed, held(theirs))
    return held(theirs)


def _read_anew(asker: Asker, person: Person) -> tuple[Person, list[RoleGrant], list[RoleGrant]]:
    """The person, what gives the asker rights, and all of the person's. Neither changes until the
    transaction ends: an administrator who gives somebody a role, or wakes one, locks them first."""
    found = queries.locked_person(person.pk)
    grants = grants_beside_locked(asker_id=asker.person.pk, person_ids=[person.pk])
    return found, giving_rights(grants[asker.person.pk]), grants[person.pk]


def covered_among(asker: Asker, people: Iterable[Person], act: Act) -> set[uuid.UUID]:
    """The ids of those whom `person_administered_by` would return, with one query for all of them.

    Everybody in `people` is in scope, with `home` loaded.
    """
    everybody = list(people)
    grants = grants_of_each(person.pk for person in everybody)
    return covered_by(grants_for(asker.grants, act, asker.organisation), everybody, grants)


def still_covered_among(
    asker: Asker, people: Iterable[Person], act: Act, *, within: Act
) -> set[uuid.UUID]:
    """As `covered_among`, and as `require_still_allowed` for `within`, which is about all of them
    at once."""
    everybody = list(people)
    ids = [person.pk for person in everybody]
    grants = grants_beside_locked(asker_id=asker.person.pk, person_ids=ids)
    mine = giving_rights(grants[asker.person.pk])
    _require_allowed_in_view(asker, mine, within)
    return covered_by(grants_for(mine, act, asker.organisation), everybody, grants)


def covered_by(
    allowed: Sequence[RoleGrant], people: Iterable[Person], grants: GrantsOfEach
) -> set[uuid.UUID]:
    return {
        person.pk
        for person in people
        if any(
            reaches(mine, person.home) and covers(mine, held(grants[person.pk])) for mine in allowed
        )
    }


def require_still_allowed(asker: Asker, act: Act) -> None:
    """As `require_still_administered`, of an act that is about no one person and no other
    organisation than the one in view."""
    _require_allowed_in_view(asker, locked_grants_of(asker.person.pk), act)


def _require_allowed_in_view(asker: Asker, mine: Sequence[RoleGrant], act: Act) -> None:
    if asker.organisation is None or not grants_for(mine, act, asker.organisation):
        raise Forbidden("role")
    use_up_proof(asker, act, asker.organisation)


def _asking_for_proof(
    act: Act, about: Person | Organisation, *, without: uuid.UUID | None = None
) -> ProofRequired:
    return ProofRequired(
        "proof",
        act=act.value,
        about=str(about.pk),
        name=about.name,
        without=str(without or ""),
    )


def own_record(asker: Asker) -> Person:
    """The asker's own record, with `home` loaded."""
    person = queries.person_with_home(asker.person.pk)
    if person is None:
        raise NotFound
    return person


def _require_own(asker: Asker, person: Person) -> None:
    if person.pk != asker.person.pk:
        raise NotFound


def require_allowed_there(
    grants: Sequence[RoleGrant], asker: Asker, organisation: Organisation, act: Act
) -> list[RoleGrant]:
    """Those in view that allow the act. Out of their scope: NotFound. In scope: Forbidden."""
    in_view = [grant for grant in grants if grant.organisation_id == asker.organisation_id]
    in_scope = [grant for grant in in_view if reaches(grant, organisation)]
    if not in_scope:
        raise NotFound
    allowed = grants_for(in_scope, act, asker.organisation)
    if not allowed:
        raise Forbidden("role")
    return allowed


def require_covered(allowed: Sequence[RoleGrant], theirs: Sequence[RoleGrant]) -> None:
    """Raises Forbidden: covering, or covering_elsewhere where only roles on another branch are in
    the way, which the person's home may put to sleep. `theirs` are those that do not sleep."""
    if not any(covers(grant, theirs) for grant in allowed):
        beside = any(covers_the_rest(grant, theirs) for grant in allowed)
        raise Forbidden("covering_elsewhere" if beside else "covering")


def person_for(asker: Asker, person_id: uuid.UUID, act: Act) -> Person:
    """Whom the act is about: by their home or, where it is about roles, by these."""
    find = role_holder if act in ABOUT_ROLES else person_administered_by
    return find(asker, person_id, act)


def role_holder(asker: Asker, person_id: uuid.UUID, act: Act) -> Person:
    """Somebody whose roles the asker looks after: one of their people, or somebody who has a role
    or a guest's place there. Unknown and out of scope: NotFound. In scope: Forbidden."""
    person = queries.person_with_home(person_id)
    if person is None:
        raise NotFound
    theirs = asker.grants_of(person)
    _looking_after_roles(asker.grants, asker=asker, person=person, theirs=theirs, act=act)
    return person


def still_role_holder(
    asker: Asker, person: Person, act: Act
) -> tuple[list[RoleGrant], list[RoleGrant]]:
    """The asker's roles that allow the act, and those of the person's that do not sleep, with
    everything read anew as in `require_still_administered`."""
    found, mine, theirs = _read_anew(asker, person)
    allowed = _looking_after_roles(mine, asker=asker, person=found, theirs=theirs, act=act)
    use_up_proof(asker, act, person)
    return allowed, held(theirs)


def _looking_after_roles(
    mine: Sequence[RoleGrant],
    *,
    asker: Asker,
    person: Person,
    theirs: Sequence[RoleGrant],
    act: Act,
) -> list[RoleGrant]:
    """Their home comes first, then where they have a role, and only then where they are a guest,
    for which the database is asked once more."""
    in_view = [grant for grant in mine if grant.organisation_id == asker.organisation_id]
    known = [person.home, *(grant.organisation for grant in theirs)]
    if not _is_reached(in_view, known) and not _is_reached(
        in_view, queries.places_as_guest(person)
    ):
        raise NotFound
    allowed = grants_for(in_view, act, asker.organisation)
    if not allowed:
        raise Forbidden("role")
    return allowed


def _is_reached(mine: Sequence[RoleGrant], places: Iterable[Organisation]) -> bool:
    return any(reaches(grant, place) for place in places for grant in mine)
