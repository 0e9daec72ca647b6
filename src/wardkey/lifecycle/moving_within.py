"""Somebody moves to another organisation, and the same administrator looks after both.

move_within    nobody is taken from anybody, so it takes neither mark nor code

Tokens and logins stay, as with an organisation that closes (people/succession.py) and with an
import. Roles do not travel, and nobody moves whose roles would be left behind.
"""

from django.db import transaction

from ..base.errors import Conflict
from ..notifications import messages
from ..people.access import Asker
from ..people.accounts import move_home
from ..people.administrators import Act
from ..people.models import Person, Status
from ..people.notices import tell
from ..people.queries import locked_person
from ..people.reach import organisation_entered, person_still_moved
from .leaving import forget_last_day
from .suspension import require_somebody_else


def move_within(*, asker: Asker, person: Person, organisation: str) -> Person:
    """`organisation` is a code. Raises InvalidInput (organisation), Conflict (oneself, standing,
    roles_stay, at_home, organisation_closed)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        person = locked_person(person.pk)
        to, was = organisation_entered(asker, organisation, Act.LET_PEOPLE_GO), person.home
        if person_still_moved(asker, person, to, Act.LET_PEOPLE_GO):
            raise Conflict("roles_stay")
        if person.status != Status.ACTIVE:
            raise Conflict("standing")
        if to.pk == was.pk:
            raise Conflict("at_home")
        forget_last_day(person)
        move_home(person=person, organisation=to, by=asker.actor)
        tell(messages.moved, person=person, was=was.name, organisation=to.name)
    return person
