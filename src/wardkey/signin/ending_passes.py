"""A pass that somebody was given is ended by whoever looks after them.

end_passes    all that may still let them in, what waits for approval, and what they opened
"""

from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.queries import locked_person
from ..recovery import access_pass
from ..sessions.lifetime import end_for_pass


def end_passes(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (no_pass) where none is open."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.END_SESSIONS)
        was_open, had_opened = access_pass.revoke(person), end_for_pass(person.pk)
        if not (was_open or had_opened):
            raise Conflict("no_pass")
        log.record(
            events.PASS_REVOKED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
        )
