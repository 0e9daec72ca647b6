"""Northside's stock as the demo begins: two boxes, and what became of some of the tokens in them.

Ben was given one that is still to be registered.
"""

from datetime import UTC, datetime, time, timedelta

from ..base import clock
from ..inventory import custody, losses
from ..inventory.deliveries import delivery
from ..inventory.models import Unit
from ..inventory.receiving import receive
from ..keys.models import SecurityKey, State
from ..people.access import Asker
from ..people.models import Person
from . import cast
from .doings import asker_for
from .month import Month

MAKER = "Thistle"
BOXES = [
    {"model": "Thistle Two NFC", "site": "Main site", "first": "0020117", "last": "0020156"},
    {"model": "Thistle Two", "site": "Ward 7", "first": "TB0410", "last": "TB0421"},
]
OF_BEN = "0020117"
ORDER = "PO-2231"
REGISTERED = 6


def keep_stock(month: Month) -> None:
    """Yesterday, late in the afternoon."""
    with clock.standing_at(datetime.combine(month.days[-1], time(17), UTC)):
        ben = month.people["ben"]
        asha = asker_for(month.people["asha"], ben)
        for box in BOXES:
            _receive(asha, box)
        custody.issue(asker=asha, unit_id=_unit(OF_BEN).pk, holder=ben)
        _note_what_was_registered(asha)
        losses.report_lost(asker=asha, unit_id=_unit("TB0420").pk)
        custody.retire(asker=asha, unit_id=_unit("TB0421").pk)


def _receive(asha: Asker, box: dict[str, str]) -> None:
    day = clock.now().date()
    coming = delivery(
        maker=MAKER,
        order_reference=ORDER,
        received_on=day - timedelta(days=3),
        scanned="",
        today=day,
        **box,
    )
    receive(asker=asha, code=cast.NORTH, coming=coming)


def _unit(serial_number: str) -> Unit:
    return Unit.objects.get(serial_key=serial_number)


def _note_what_was_registered(asha: Asker) -> None:
    """The numbers of tokens that colleagues without a role have had all the month."""
    keys = SecurityKey.objects.filter(holder__home__code=cast.NORTH, state=State.ACTIVE)
    keys = (
        keys.filter(holder__role_grants=None, model=BOXES[0]["model"])
        .select_related("holder")
        .order_by("registered_at")
    )
    for number, key in enumerate(keys[:REGISTERED], 20118):
        serial_number = f"{number:07}"
        SecurityKey.objects.filter(pk=key.pk).update(serial_number=serial_number)
        custody.issue(asker=asha, unit_id=_unit(serial_number).pk, holder=_afresh(key.holder))


def _afresh(person: Person) -> Person:
    return Person.objects.select_related("home").get(pk=person.pk)
