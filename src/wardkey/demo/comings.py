"""Who comes, goes and visits as the demo begins: a newcomer, a leaver and a guest of Northside."""

from datetime import UTC, datetime, time, timedelta

from ..base import clock
from ..keys.queries import keys_of
from ..lifecycle import joining, leaving, loans, visiting
from ..lifecycle.models import Handling, Way
from ..lifecycle.transfers import Decision
from ..people.models import Person
from . import cast
from .doings import asker_for
from .month import Month


def come_and_go(month: Month) -> None:
    """Yesterday afternoon."""
    with clock.standing_at(datetime.combine(month.days[-1], time(15), UTC)):
        _newcomer(month.people["priya"], month.people["ben"])
        _leaver(month.people["priya"], month.people[cast.LEAVER])
        _guest(month.people["marisol"], month.people[cast.GUEST], host=month.people["priya"])


def _newcomer(priya: Person, colleague: Person) -> None:
    desk = asker_for(priya, colleague)
    person = joining.add_person(
        asker=desk,
        username=cast.NEWCOMER.username,
        name=cast.NEWCOMER.name,
        email="",
        organisation=cast.NEWCOMER.organisation,
        starts_on=clock.now().date() + timedelta(days=5),
    )
    joining.invite(asker=desk, person=person, way=Way.SLIP)


def _leaver(priya: Person, leaver: Person) -> None:
    last_day = clock.now().date() + timedelta(days=12)
    until = last_day + timedelta(days=30)
    decisions = [
        Decision(key_id=key.pk, handling=Handling.LEND, until=until) for key in keys_of(leaver)
    ]
    leaving.mark_leaver(
        asker=asker_for(priya, leaver), person=leaver, last_day=last_day, decisions=decisions
    )


def _guest(marisol: Person, guest: Person, *, host: Person) -> None:
    visiting.send_as_guest(
        asker=asker_for(marisol, guest),
        person=guest,
        organisation=cast.NORTH,
        until=clock.now().date() + timedelta(days=19),
    )
    [visit] = visiting.visits_of(guest)
    loans.lend_to_guest(asker=asker_for(host, guest), visit=visit, described=cast.LENT_TO_GUEST)
