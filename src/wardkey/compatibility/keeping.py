"""The table of an organisation: what a check showed gets into it by an administrator alone.

add       what the own check showed
send      a standard user sends it, for an administrator to add or not
accept    what was sent is added
decline   … or not
remove    a row is taken away again

A check is added or sent once, within 15 minutes.
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import NotFound
from ..ceremonies import pending
from ..ceremonies.models import PendingCeremony
from ..ceremonies.refusal import Refused
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.models import Person
from ..people.reach import organisation_in_view, require_organisation_still_administered
from ..sessions import lifetime
from .checking import Check, bound_to
from .models import CheckedDevice, TriedBy
from .results import WAITING_AT_MOST


def add(*, asker: Asker, check_id: uuid.UUID) -> CheckedDevice:
    """Raises NotFound for what `checking.outcome` would not tell."""
    with transaction.atomic():
        organisation = _still_allowed(asker)
        row = _keep(
            organisation,
            _taken(asker, check_id),
            tried_by=TriedBy.ADMINISTRATOR,
            added_by=asker.person,
        )
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
    return organisation_in_view(asker)


def _taken(asker: Asker, check_id: uuid.UUID) -> PendingCeremony:
    try:
        return pending.take_answered(check_id, purposes=pending.CHECKS, **bound_to(asker))
    except Refused as refusal:
        raise NotFound from refusal


def _keep(
    organisation: Organisation,
    ceremony: PendingCeremony,
    *,
    tried_by: TriedBy,
    added_by: Person | None,
) -> CheckedDevice:
    seen = Check.from_json(ceremony.answer or {})
    return CheckedDevice.objects.create(
        pk=ceremony.pk,
        organisation=organisation,
        added_by=added_by,
        tried_by=tried_by,
        checked_at=ceremony.created_at,
        registration=seen.registration,
        sign_in=seen.sign_in,
        with_virtual_key=seen.is_virtual,
        **seen.device.as_json(),
    )


def send(*, asker: Asker, check_id: uuid.UUID) -> CheckedDevice:
    """To the administrators of the asker's home. Raises NotFound as `add` does."""
    home = asker.person.home
    with transaction.atomic():
        lifetime.require_live(asker.session_id)
        row = _keep(home, _taken(asker, check_id), tried_by=TriedBy.STANDARD_USER, added_by=None)
        _make_room(row)
        log.record(
            events.DEVICE_SENT,
            actor=log.person(asker.person),
            organisation_id=home.pk,
            device=str(row),
            registration=row.registration,
            sign_in=row.sign_in,
        )
    return row


def _make_room(row: CheckedDevice) -> None:
    """For one device and browser the newest waits, and no more devices than anybody would read."""
    waiting = CheckedDevice.objects.filter(organisation=row.organisation, added_by=None)
    same = waiting.filter(
        form=row.form,
        system=row.system,
        system_version=row.system_version,
        browser=row.browser,
        browser_version=row.browser_version,
    )
    same.exclude(pk=row.pk).delete()
    newest = list(waiting.values_list("pk", flat=True)[:WAITING_AT_MOST])
    waiting.exclude(pk__in=newest).delete()


def accept(*, asker: Asker, check_id: uuid.UUID) -> CheckedDevice:
    """Into the table of the organisation in view, which the sender's is, or is below. Raises
    NotFound for what does not wait there."""
    with transaction.atomic():
        row = _waiting(asker, check_id)
        row.organisation, row.added_by = organisation_in_view(asker), asker.person
        row.save(update_fields=["organisation", "added_by"])
        log.record(
            events.DEVICE_ADDED,
            **_by(asker),
            device=str(row),
            registration=row.registration,
            sign_in=row.sign_in,
        )
    return row


def decline(*, asker: Asker, check_id: uuid.UUID) -> None:
    """As `accept`."""
    with transaction.atomic():
        row = _waiting(asker, check_id)
        log.record(
            events.DEVICE_DECLINED,
            **_by(asker),
            device=str(row),
            registration=row.registration,
            sign_in=row.sign_in,
        )
        row.delete()


def _waiting(asker: Asker, check_id: uuid.UUID) -> CheckedDevice:
    """Locked after the roles, as everywhere."""
    lifetime.require_live(asker.session_id)
    waiting = CheckedDevice.objects.filter(pk=check_id, added_by=None)
    seen = waiting.select_related("organisation").first()
    if seen is None:
        raise NotFound
    require_organisation_still_administered(asker, seen.organisation, Act.KEEP_COMPATIBILITY)
    row = waiting.select_for_update().first()
    if row is None:
        raise NotFound
    return row


def remove(*, asker: Asker, check_id: uuid.UUID) -> None:
    """Raises NotFound for a row that is not of the organisation in view."""
    with transaction.atomic():
        in_table = CheckedDevice.objects.select_for_update().exclude(added_by=None)
        row = in_table.filter(pk=check_id, organisation=_still_allowed(asker)).first()
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
    return {"actor": log.person(asker.person), "organisation_id": asker.organisation_id}
