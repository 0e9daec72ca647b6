"""Sessions ended by hand, each from its next request on.

end_own           one of one's own
end_own_others    all of one's own but the one that asks
end_all_of        all of somebody's, by an administrator or the helpdesk
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict, NotFound, NotSignedIn
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.queries import locked_person
from . import lifetime
from .models import Session


def end_own(*, asker: Asker, session_id: uuid.UUID) -> None:
    """Raises NotFound for one that has ended, and for somebody else's."""
    with transaction.atomic():
        found = [each for each in _locked_own(asker) if each.pk == session_id]
        if not found:
            raise NotFound
        lifetime.end(found[0], reason="ended_by_hand")
        _record(asker, asker.person, which="one", number=1)


def end_own_others(*, asker: Asker) -> int:
    """How many there were."""
    with transaction.atomic():
        _locked_own(asker)
        number = lifetime.end_others_of_person(
            asker.person.pk, besides=asker.session_id, reason="ended_by_hand"
        )
        if number:
            _record(asker, asker.person, which="others", number=number)
    return number


def _locked_own(asker: Asker) -> list[Session]:
    """In one order, so that two that end each other wait. Raises NotSignedIn where the one that
    asks was ended meanwhile: whoever was shown out shows nobody out."""
    live = Session.objects.select_for_update().filter(person=asker.person, ended_at=None)
    sessions = list(live.order_by("pk"))
    if asker.session_id not in {session.pk for session in sessions}:
        raise NotSignedIn
    return sessions


def end_all_of(*, asker: Asker, person: Person) -> int:
    """How many there were. Raises Conflict (oneself): one's own are on a page of their own."""
    if asker.person.pk == person.pk:
        raise Conflict("oneself")
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.END_SESSIONS)
        number = lifetime.end_for_person(person.pk, reason="ended_by_another")
        _record(asker, person, which="all", number=number)
        tell(messages.logins_ended, person=person, by=asker.name)
    return number


def _record(asker: Asker, holder: Person, *, which: str, number: int) -> None:
    log.record(
        events.SESSIONS_ENDED,
        actor=asker.actor,
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        which=which,
        number=number,
    )
