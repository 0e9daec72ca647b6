"""Keys that are to come back: lent or kept when somebody moved, or handed to a guest.

in_sight_of        what an organisation has to collect, and what its people have to return
transfer_owned     one of those that the asker's organisation has to collect
lend_to_guest      something handed to a guest of the asker's organisation
ask_back           the owner says so to the person and to the other side
settle_returned    it is back: the holder can no longer use it
settle_given       it is the holder's after all

Each is open until it is settled, and both sides see it.
"""

import uuid

from django.db import transaction
from django.db.models import F, Q, QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..base.text import has_forbidden_characters
from ..keys import handing_on
from ..notifications import messages
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.models import Membership
from ..people.notices import tell, tell_administrators_of
from ..people.queries import locked_person
from ..people.reach import (
    require_organisation_administered,
    require_organisation_still_administered,
)
from .models import Handling, KeyTransfer
from .visiting import last_day_of, visit_still_here

SHOWN_AT_MOST = 50


def in_sight_of(organisations: QuerySet[Organisation]) -> list[KeyTransfer]:
    """Open transfers of these organisations, lent or borrowed, with everybody named, the longest
    overdue first."""
    theirs = Q(owner__in=organisations) | Q(borrower__in=organisations)
    open_ones = KeyTransfer.objects.filter(theirs, moved_at__isnull=False, settled_at=None)
    in_order = open_ones.order_by(F("until").asc(nulls_first=True), "moved_at")
    return list(in_order.select_related("person", "owner", "borrower")[:SHOWN_AT_MOST])


def transfer_owned(asker: Asker, transfer_id: uuid.UUID) -> KeyTransfer:
    """Open, with everybody named. Raises NotFound, also where another organisation is the owner;
    Conflict (settled)."""
    transfer = _transfer(transfer_id)
    require_organisation_administered(asker, transfer.owner, Act.LET_PEOPLE_GO)
    _require_open(transfer)
    return transfer


def _transfer(transfer_id: uuid.UUID) -> KeyTransfer:
    rows = KeyTransfer.objects.filter(pk=transfer_id, moved_at__isnull=False)
    transfer = rows.select_related("person__home", "owner", "borrower").first()
    if transfer is None:
        raise NotFound
    return transfer


def _require_open(transfer: KeyTransfer) -> None:
    if transfer.settled_at is not None:
        raise Conflict("settled")


def lend_to_guest(*, asker: Asker, visit: Membership, described: str) -> None:
    """Raises InvalidInput (described), NotFound where the visit has ended."""
    described = " ".join(described.split())
    if not described or len(described) > 64 or has_forbidden_characters(described):
        raise InvalidInput("described", field="described")
    with transaction.atomic():
        locked_person(visit.person.pk)
        visit = visit_still_here(asker, visit.pk)
        now = clock.now()
        transfer = KeyTransfer.objects.create(
            person=visit.person,
            described=described,
            owner=visit.organisation,
            borrower=visit.person.home,
            handling=Handling.LEND,
            until=last_day_of(visit),
            decided_by_id=asker.person.pk,
            decided_at=now,
            moved_at=now,
        )
        log.record(events.KEY_LENT, **_by_and_about(asker, transfer), described=described)
        tell(messages.key_lent, person=visit.person, described=described, by=asker.name)


def ask_back(*, asker: Asker, transfer_id: uuid.UUID) -> KeyTransfer:
    """May be asked again. Raises NotFound, Conflict (settled)."""
    with transaction.atomic():
        transfer = _locked(asker, transfer_id)
        transfer.asked_back_at = clock.now()
        transfer.save(update_fields=["asked_back_at"])
        log.record(
            events.KEY_ASKED_BACK,
            **_by_and_about(asker, transfer),
            described=transfer.described,
        )
        about = {"described": transfer.described, "owner": transfer.owner.name}
        tell(messages.key_asked_back, person=transfer.person, **about)
        tell_administrators_of(
            transfer.person.home,
            messages.key_to_return,
            besides=[asker.person],
            holder=transfer.person.name,
            **about,
        )
    return transfer


def settle_returned(*, asker: Asker, transfer_id: uuid.UUID) -> KeyTransfer:
    with transaction.atomic():
        transfer = _locked(asker, transfer_id)
        if transfer.key_id and handing_on.take_back(transfer.key_id, by=asker.person):
            about = {"nickname": transfer.described, "by": asker.name}
            tell(messages.key_removed, person=transfer.person, **about, reason="returned")
        _settle(asker, transfer, "returned")
    return transfer


def settle_given(*, asker: Asker, transfer_id: uuid.UUID) -> KeyTransfer:
    with transaction.atomic():
        transfer = _locked(asker, transfer_id)
        _settle(asker, transfer, "given")
    return transfer


def _locked(asker: Asker, transfer_id: uuid.UUID) -> KeyTransfer:
    KeyTransfer.objects.select_for_update().filter(pk=transfer_id).first()
    transfer = _transfer(transfer_id)
    require_organisation_still_administered(asker, transfer.owner, Act.LET_PEOPLE_GO)
    _require_open(transfer)
    return transfer


def _settle(asker: Asker, transfer: KeyTransfer, how: str) -> None:
    transfer.settled_at, transfer.settled_as = clock.now(), how
    transfer.save(update_fields=["settled_at", "settled_as"])
    log.record(
        events.KEY_TRANSFER_SETTLED,
        **_by_and_about(asker, transfer),
        described=transfer.described,
        settled_as=how,
    )


def _by_and_about(asker: Asker, transfer: KeyTransfer) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": transfer.person_id,
        "organisation_id": transfer.owner_id,
    }
