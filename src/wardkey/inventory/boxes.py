"""What of a box is still in stock goes on to another organisation of the branch, at once.

require_owned  somebody has some of it
hand_on_box    each unit of it with a line of its own in its history
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, NotFound
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.reach import organisation_entered, require_organisation_still_administered
from .models import Custody, State, Unit
from .states import Step

ROWS_AT_ONCE = 500


def require_owned(*, owner: Organisation, box_id: uuid.UUID) -> None:
    """Raises NotFound where the owner has nothing of that box."""
    if not Unit.objects.filter(box=box_id, organisation=owner).exists():
        raise NotFound


def hand_on_box(*, asker: Asker, owner: Organisation, box_id: uuid.UUID, code: str) -> int:
    """Returns how many. Raises NotFound where the owner has nothing of that box; Conflict
    (`box_empty`); InvalidInput (organisation), unknown and out of reach alike."""
    target = organisation_entered(asker, code, Act.KEEP_STOCK)
    theirs = Unit.objects.filter(box=box_id, organisation=owner)
    with transaction.atomic():
        require_organisation_still_administered(asker, owner, Act.KEEP_STOCK, beside=target)
        tree.require_open(target)
        units = list(theirs.filter(state=State.IN_STOCK).select_for_update().order_by("pk"))
        if not units:
            raise Conflict("box_empty") if theirs.exists() else NotFound
        _hand_on(asker, units, target)
        log.record(
            events.BOX_TRANSFERRED,
            actor=asker.actor,
            organisation_id=owner.pk,
            box=str(box_id),
            number=len(units),
            old={"organisation": owner.code},
            new={"organisation": target.code},
        )
    return len(units)


def _hand_on(asker: Asker, units: list[Unit], target: Organisation) -> None:
    now = clock.now()
    rows = (
        Custody(unit=unit, at=now, act=Step.TRANSFER, by=asker.person, organisation=target)
        for unit in units
    )
    Custody.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    for at in range(0, len(units), ROWS_AT_ONCE):
        some = [unit.pk for unit in units[at : at + ROWS_AT_ONCE]]
        Unit.objects.filter(pk__in=some).update(
            organisation=target, state_since=now, state_by=asker.person
        )
