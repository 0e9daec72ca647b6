"""The stock as a file for a spreadsheet, without anything that it would take for a formula.

export    recorded before its first line leaves
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from ..audit import events, log
from ..base.spreadsheets import lines_of
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.reach import require_organisation_still_administered
from .queries import Narrowed, seen_by, stock_of

HEADER = (
    *("serial_number", "maker", "model", "site", "state", "since", "organisation"),
    *("issued_to", "name", "received_on", "order_reference"),
)


def export(*, asker: Asker, organisation: Organisation, by: Narrowed) -> Iterator[bytes]:
    with transaction.atomic():
        require_organisation_still_administered(asker, organisation, Act.KEEP_STOCK)
        units = stock_of(organisation, by)
        log.record(
            events.STOCK_EXPORTED,
            actor=asker.actor,
            organisation_id=organisation.pk,
            number=units.count(),
            state=by.state,
            model=by.model,
            site=by.site,
        )
    seen = seen_by(units, asker.organisations_for(Act.KEEP_STOCK)).order_by("serial_key", "pk")
    rows = seen.iterator(chunk_size=500)
    return lines_of(HEADER, (_cells(unit, organisation) for unit in rows))


def _cells(unit: Any, organisation: Organisation) -> tuple[str, ...]:
    """`unit` as `seen_by` reads it."""
    holder = unit.holder if unit.holder_in_sight else None
    return (
        *(unit.serial_number, unit.maker, unit.model, unit.site, str(unit.state)),
        *(log.microseconds(unit.state_since), organisation.code),
        *((holder.username, holder.name) if holder else ("", "")),
        *(unit.box.received_on.isoformat(), unit.box.order_reference),
    )
