"""Somebody without a key is let in once: an access pass, issued after an identity check.

issue_pass       shown once; its holder is told at once, and an earlier one ends
require_of_use   asked by it, and by its page before anybody fills it in
"""

from enum import StrEnum

from django.db import transaction

from ..audit import log
from ..base.errors import Conflict, Forbidden
from ..keys import queries
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.queries import person_with_home
from ..recovery import access_pass, password_reset


class Checked(StrEnum):
    """How whoever issues the pass made sure who asks for it."""

    IN_PERSON = "in_person"
    CALL_BACK = "call_back"
    COLLEAGUE = "colleague"


def issue_pass(*, asker: Asker, person: Person, checked: Checked) -> str:
    """Returns the pass, which is shown once. Raises Forbidden for oneself; Conflict where the
    person has a key in use, their account is not active, or the asker gave them a new password."""
    with transaction.atomic():
        queries.hold_keys_of(person)
        require_still_administered(asker, person, Act.ISSUE_PASSES)
        require_of_use(asker, person)
        code = access_pass.issue(
            person=person,
            by=log.person(asker.person.pk),
            organisation_id=person.home.pk,
            issued_by_id=asker.person.pk,
            identity_check=checked,
        )
        tell(messages.access_pass_issued, person=person, by=asker.person.name)
    return code


def require_of_use(asker: Asker, person: Person) -> None:
    if asker.person.pk == person.pk:
        raise Forbidden("own_pass")
    if queries.has_key_in_use(person):
        raise Conflict("key_in_use")
    found = person_with_home(person.pk)
    if found is None or not found.is_active:
        raise Conflict("not_active")
    if password_reset.issued_lately(person=person, issued_by_id=asker.person.pk):
        raise Conflict("slip_by_same")
