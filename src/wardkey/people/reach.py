"""Which organisations an asker reaches, as access.py is asked about people.

organisation_in_view         for which the asker acts
organisation_administered_by, organisation_with_id
                             for pages and forms about one: NotFound, or Forbidden
organisation_entered         in a field of a form
reaches_below                whether an act goes on to the organisations below the one in view
require_organisation_administered
                             for pages about what belongs to one; with the proof
require_organisation_still_administered, organisation_still_entered, person_still_moved
                             role and proof again, inside the transaction that writes
still_covered_beside         and which people, besides, another act may be done to
require_still_administered_with
                             of a person too, whom the same deed is about
"""

import uuid
from collections.abc import Iterable

from ..base.errors import Forbidden, InvalidInput, NotFound
from ..organisations import tree
from ..organisations.models import Organisation
from .access import (
    Asker,
    covered_by,
    require_allowed_there,
    require_covered,
    require_proof,
    use_up_proof,
)
from .administrators import Act, grants_for
from .grants import giving_rights, grants_beside_locked, held, locked_grants_of
from .models import Person, RoleGrant


def organisation_in_view(asker: Asker) -> Organisation:
    """Raises Forbidden where somebody acts for themselves only."""
    if asker.organisation is None:
        raise Forbidden("role")
    return asker.organisation


def organisation_administered_by(asker: Asker, code: str, act: Act) -> Organisation:
    """Unknown and out of scope: NotFound. In scope: Forbidden."""
    return _administered(asker, tree.organisation_by_code(code), act)


def organisation_with_id(asker: Asker, organisation_id: int, act: Act) -> Organisation:
    """As `organisation_administered_by`."""
    return _administered(asker, tree.organisation_by_id(organisation_id), act)


def reaches_below(asker: Asker, act: Act) -> bool:
    grants = grants_for(asker.grants, act, asker.organisation)
    return any(grant.with_those_below for grant in grants)


def organisation_entered(asker: Asker, code: str, act: Act) -> Organisation:
    """Raises InvalidInput (`organisation`), unknown and out of scope alike."""
    try:
        return organisation_administered_by(asker, code, act)
    except NotFound as error:
        raise InvalidInput("organisation", field="organisation") from error


def _administered(asker: Asker, found: Organisation | None, act: Act) -> Organisation:
    if found is None:
        raise NotFound
    require_allowed_there(asker.grants, asker, found, act)
    return found


def require_organisation_administered(asker: Asker, organisation: Organisation, act: Act) -> None:
    """Out of scope: NotFound. In scope: Forbidden, ProofRequired. The proof is about that one, and
    one about the organisation in view does not serve."""
    require_allowed_there(asker.grants, asker, organisation, act)
    require_proof(asker, act, organisation)


def require_organisation_still_administered(
    asker: Asker, organisation: Organisation, act: Act, *, beside: Organisation | None = None
) -> None:
    """The same with everything read anew; from here on the proof is used up. `beside` is a second
    organisation that the same deed is about, with no proof of its own."""
    mine = locked_grants_of(asker.person.pk)
    for each in filter(None, (organisation, beside)):
        require_allowed_there(mine, asker, each, act)
    use_up_proof(asker, act, organisation)


def still_covered_beside(
    asker: Asker, organisation: Organisation, act: Act, *, people: Iterable[Person], doing: Act
) -> set[uuid.UUID]:
    """As `require_organisation_still_administered`. The ids of those in `people`, with `home`
    loaded, for whom the asker may do the other act too."""
    everybody = list(people)
    ids = [person.pk for person in everybody]
    grants = grants_beside_locked(asker_id=asker.person.pk, person_ids=ids)
    mine = giving_rights(grants[asker.person.pk])
    require_allowed_there(mine, asker, organisation, act)
    use_up_proof(asker, act, organisation)
    return covered_by(grants_for(mine, doing, asker.organisation), everybody, grants)


def organisation_still_entered(asker: Asker, code: str, act: Act) -> Organisation:
    """As `organisation_entered`, and as `require_organisation_still_administered`."""
    entered = tree.organisation_by_code(code)
    if entered is None:
        raise InvalidInput("organisation", field="organisation")
    try:
        require_organisation_still_administered(asker, entered, act)
    except NotFound as error:
        raise InvalidInput("organisation", field="organisation") from error
    return entered


def person_still_moved(asker: Asker, person: Person, to: Organisation, act: Act) -> list[RoleGrant]:
    """The roles that the person holds. As `access.still_administered`, of both homes: `person` is
    locked. Raises InvalidInput (`organisation`) where the new one is out of scope."""
    grants = grants_beside_locked(asker_id=asker.person.pk, person_ids=[person.pk])
    mine, theirs = giving_rights(grants[asker.person.pk]), held(grants[person.pk])
    require_covered(require_allowed_there(mine, asker, person.home, act), theirs)
    try:
        require_allowed_there(mine, asker, to, act)
    except NotFound as error:
        raise InvalidInput("organisation", field="organisation") from error
    use_up_proof(asker, act, person)
    return theirs


def require_still_administered_with(
    asker: Asker, person: Person, act: Act, place: Organisation
) -> None:
    """As access.require_still_administered, of an act with what belongs to an organisation, about
    which the proof is: `person` is locked. Out of reach, either of them: NotFound."""
    grants = grants_beside_locked(asker_id=asker.person.pk, person_ids=[person.pk])
    mine, theirs = giving_rights(grants[asker.person.pk]), held(grants[person.pk])
    require_covered(require_allowed_there(mine, asker, person.home, act), theirs)
    require_allowed_there(mine, asker, place, act)
    use_up_proof(asker, act, place)
