"""The stock as a file for a spreadsheet, without anything that it would take for a formula.

export    recorded before its first line leaves
"""

import csv
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base.spreadsheets import harmless
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.reach import require_organisation_still_administered
from .models import Unit
from .queries import Narrowed, seen_by, stock_of

HEADER = (
    *("serial_number", "maker", "model", "site", "state", "since", "organisation"),
    *("issued_to", "name", "received_on", "order_reference"),
)


class _Echo:
    def write(self, text: str) -> str:
        return text


def export(*, asker: Asker, organisation: Organisation, by: Narrowed) -> Iterator[bytes]:
    """UTF-8 with a BOM, which spreadsheets want; line by line, however many there are."""
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
    within = asker.organisations_for(Act.KEEP_STOCK)
    return _lines(seen_by(units, within).order_by("serial_key", "pk"), organisation)


def _lines(units: QuerySet[Unit], organisation: Organisation) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield ("\ufeff" + writer.writerow(HEADER)).encode()
    for unit in units.iterator(chunk_size=500):
        yield writer.writerow([harmless(cell) for cell in _cells(unit, organisation)]).encode()


def _cells(unit: Any, organisation: Organisation) -> tuple[str, ...]:
    """`unit` as `seen_by` reads it."""
    holder = unit.holder if unit.holder_in_sight else None
    return (
        *(unit.serial_number, unit.maker, unit.model, unit.site, str(unit.state)),
        *(log.microseconds(unit.state_since), organisation.code),
        *((holder.username, holder.name) if holder else ("", "")),
        *(unit.box.received_on.isoformat(), unit.box.order_reference),
    )
