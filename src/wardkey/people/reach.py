"""Which organisations an asker reaches, as access.py is asked about people.

organisation_administered_by, organisation_with_id
                             for pages and forms about one: NotFound, or Forbidden
organisation_entered         in a field of a form
require_organisation_still_administered
                             role and proof again, inside the transaction that writes
organisation_in_reach        where somebody may be added; role, scope and proof read anew
require_reach                the same for what belongs to an organisation
"""

from ..base.errors import Forbidden, InvalidInput, NotFound
from ..organisations import tree
from ..organisations.models import Organisation
from .access import Asker, require_allowed_there, use_up_proof
from .administrators import Act, grants_for, locked_grants_of, reaches


def organisation_administered_by(asker: Asker, code: str, act: Act) -> Organisation:
    """Unknown and out of scope: NotFound. In scope: Forbidden."""
    return _administered(asker, tree.organisation_by_code(code), act)


def organisation_with_id(asker: Asker, organisation_id: int, act: Act) -> Organisation:
    """As `organisation_administered_by`."""
    return _administered(asker, tree.organisation_by_id(organisation_id), act)


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


def require_organisation_still_administered(
    asker: Asker, organisation: Organisation, act: Act
) -> None:
    require_role_still_reaches(asker, organisation, act)
    use_up_proof(asker, act, organisation)


def require_role_still_reaches(asker: Asker, organisation: Organisation, act: Act) -> None:
    """All but the proof, for a second organisation that the same deed is about."""
    require_allowed_there(locked_grants_of(asker.person.pk), asker, organisation, act)


def organisation_in_reach(asker: Asker, code: str, act: Act) -> Organisation:
    """Raises Forbidden; InvalidInput (`organisation`), unknown and out of reach alike."""
    found = tree.organisation_by_code(code)
    if found is None or not _reaches_now(asker, found, act):
        raise InvalidInput("organisation", field="organisation")
    use_up_proof(asker, act, found)
    return found


def require_reach(asker: Asker, organisation: Organisation, act: Act) -> None:
    """For what belongs to an organisation, read anew; the proof is about that one, and one about
    the organisation in view does not serve. Raises Forbidden, NotFound."""
    if not _reaches_now(asker, organisation, act):
        raise NotFound
    use_up_proof(asker, act, organisation)


def _reaches_now(asker: Asker, organisation: Organisation, act: Act) -> bool:
    grants = grants_for(locked_grants_of(asker.person.pk), act, asker.organisation)
    if not grants:
        raise Forbidden("role")
    return any(reaches(grant, organisation) for grant in grants)
