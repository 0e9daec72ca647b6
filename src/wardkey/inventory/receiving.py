"""A box of keys comes in: all of its units at once, or none.

receive    into the stock of an organisation within reach
"""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict
from ..keys.serial_numbers import serial_key
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.reach import organisation_still_entered
from .deliveries import Delivery, faults_in
from .models import Box, State, Unit

ROWS_AT_ONCE = 500


Also = Callable[[Box], None]


def nothing_more(_box: Box) -> None:
    pass


def receive(*, asker: Asker, code: str, coming: Delivery, also: Also = nothing_more) -> Box:
    """`also` is done in the transaction that keeps the box. Raises InvalidInput (organisation);
    Conflict (`units_known`) where one cannot be received, which deliveries.faults_in tells line by
    line, or where somebody was quicker with one."""
    if faults_in(coming):
        raise Conflict("units_known")
    try:
        with transaction.atomic():
            owner = organisation_still_entered(asker, code, Act.KEEP_STOCK)
            tree.require_open(owner)
            box = _keep(asker, owner, coming)
            _record(asker, box)
            also(box)
    except IntegrityError as error:
        raise Conflict("units_known") from error
    return box


def _keep(asker: Asker, owner: Organisation, coming: Delivery) -> Box:
    now = clock.now()
    box = Box.objects.create(
        organisation=owner,
        maker=coming.maker,
        model=coming.model,
        site=coming.site,
        order_reference=coming.order_reference,
        received_on=coming.received_on,
        first=coming.serial_numbers[0],
        last=coming.serial_numbers[-1],
        number=len(coming.serial_numbers),
        kept_at=now,
        kept_by=asker.person,
    )
    units = (_unit(box, coming, number) for number in coming.serial_numbers)
    Unit.objects.bulk_create(units, batch_size=ROWS_AT_ONCE)
    return box


def _unit(box: Box, coming: Delivery, number: str) -> Unit:
    return Unit(
        organisation_id=box.organisation_id,
        box=box,
        serial_number=number,
        serial_key=serial_key(number),
        maker=box.maker,
        maker_key=coming.maker_key,
        model=box.model,
        site=box.site,
        state=State.IN_STOCK,
        state_since=box.kept_at,
        state_by_id=box.kept_by_id,
    )


def _record(asker: Asker, box: Box) -> None:
    log.record(
        events.STOCK_RECEIVED,
        actor=asker.actor,
        organisation_id=box.organisation_id,
        box=str(box.pk),
        maker=box.maker,
        model=box.model,
        site=box.site,
        order_reference=box.order_reference,
        first=box.first,
        last=box.last,
        number=box.number,
    )
