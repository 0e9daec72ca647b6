"""The table of an organisation: an administrator adds what their own check showed, or takes a row
away again.

add       once for each check, within 15 minutes
remove
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import Forbidden, NotFound
from ..ceremonies import pending
from ..ceremonies.models import PendingCeremony
from ..ceremonies.refusal import Refused
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.models import Person
from ..sessions import lifetime
from .checking import Check, bound_to
from .models import CheckedDevice


def add(*, asker: Asker, check_id: uuid.UUID) -> CheckedDevice:
    """Raises NotFound for what `checking.outcome` would not tell."""
    with transaction.atomic():
        organisation = _still_allowed(asker)
        row = _keep(organisation, _taken(asker, check_id), by=asker.person)
        log.record(
            events.DEVICE_ADDED,
            **_by(asker),
            device=str(row),
            registration=row.registration,
            sign_in=row.sign_in,
        )
    return row


def _still_allowed(asker: Asker) -> Organisation:
    """The organisation whose table it is."""
    require_still_allowed(asker, Act.KEEP_COMPATIBILITY)
    lifetime.require_live(asker.session_id)
    if asker.organisation is None:
        raise Forbidden("role")
    return asker.organisation


def _taken(asker: Asker, check_id: uuid.UUID) -> PendingCeremony:
    try:
        return pending.take_answered(check_id, purposes=pending.CHECKS, **bound_to(asker))
    except Refused as refusal:
        raise NotFound from refusal


def _keep(organisation: Organisation, ceremony: PendingCeremony, *, by: Person) -> CheckedDevice:
    seen = Check.from_json(ceremony.answer or {})
    return CheckedDevice.objects.create(
        pk=ceremony.pk,
        organisation=organisation,
        added_by=by,
        checked_at=ceremony.created_at,
        registration=seen.registration,
        sign_in=seen.sign_in,
        with_virtual_key=seen.is_virtual,
        **seen.device.as_json(),
    )


def remove(*, asker: Asker, check_id: uuid.UUID) -> None:
    """Raises NotFound for a row that is not of the organisation in view."""
    with transaction.atomic():
        organisation = _still_allowed(asker)
        rows = CheckedDevice.objects.select_for_update()
        row = rows.filter(pk=check_id, organisation=organisation).first()
        if row is None:
            raise NotFound
        log.record(
            events.DEVICE_REMOVED,
            **_by(asker),
            device=str(row),
            registration=row.registration,
            sign_in=row.sign_in,
        )
        row.delete()


def _by(asker: Asker) -> dict:
    return {"actor": log.person(asker.person.pk), "organisation_id": asker.organisation_id}
