"""The people of a batch get their tokens, one after the other.

next_place    who is served next
open_desk     one proof for all who are due (sessions/desk_session.py)
skip          later, after all others
put_off       not here today
keep          the nickname of a key that answered: the registration is finished, and the place done
undo          the key is removed again, and the place open; what it took out of stock goes back
"""

import uuid
from functools import partial

from django.db import transaction
from django.db.models.functions import Upper

from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..inventory.custody import undo_issue
from ..inventory.linking import Link, taken_from_stock
from ..keys import registration, upkeep
from ..keys.models import SecurityKey, State
from ..keys.reasons import Reason
from ..keys.serial_numbers import clean_serial_number, serial_key
from ..people.access import Asker
from ..people.models import Person
from ..sessions import desk_session
from ..sessions.models import Session
from . import queries
from .models import Batch, BatchPlace, PlaceState


def next_place(asker: Asker, batch: Batch) -> BatchPlace | None:
    """None where nobody is due today."""
    return next((seat.place for seat in queries.seats_of(asker, batch).due), None)


def open_desk(*, asker: Asker, session: Session, batch: Batch) -> None:
    """Raises Forbidden, ProofRequired."""
    people = queries.people_due(asker, batch)
    desk_session.open_for_people(asker=asker, session=session, people=people)


def skip(batch: Batch, person: Person) -> None:
    _put_off(batch, person, PlaceState.SKIPPED)


def put_off(batch: Batch, person: Person) -> None:
    _put_off(batch, person, PlaceState.AWAY)


def _put_off(batch: Batch, person: Person, state: PlaceState) -> None:
    """Whoever got their token meanwhile, in another window, has it."""
    now = clock.now()
    place = BatchPlace.objects.filter(batch=batch, person=person).exclude(state=PlaceState.DONE)
    place.update(state=state, state_since=now)
    Batch.objects.filter(pk=batch.pk).update(touched_at=now)


def keep(
    *,
    asker: Asker,
    batch: Batch,
    holder: Person,
    registration_id: uuid.UUID,
    nickname: str,
    serial_number: str,
) -> SecurityKey:
    """Raises as `finish_registration` and `taken_from_stock`; InvalidInput (serial_in_batch);
    NotFound; Conflict (batch_served) where the person has got one from this batch already."""
    place = queries.place_of(batch, holder)
    if place.key_id and place.registration_id == registration_id:  # its page did not hear of it
        return SecurityKey.objects.get(pk=place.key_id)
    if place.is_done:
        raise Conflict("batch_served")
    _require_own_serial_number(batch, serial_number)
    return registration.finish_registration(
        asker=asker,
        holder=holder,
        registration_id=registration_id,
        nickname=nickname,
        serial_number=serial_number,
        also=partial(_serve, place, registration_id, taken_from_stock(asker=asker, holder=holder)),
    )


def _require_own_serial_number(batch: Batch, serial_number: str) -> None:
    """The same print on two keys of one batch is a label that was scanned twice."""
    typed = serial_key(clean_serial_number(serial_number))
    if not typed:
        return
    keys = BatchPlace.objects.filter(batch=batch, key_id__isnull=False).values("key_id")
    numbered = SecurityKey.objects.filter(pk__in=keys).alias(typed=Upper("serial_number"))
    same = numbered.filter(typed=typed)
    if same.exclude(state=State.REMOVED).exists():
        raise InvalidInput("serial_in_batch", field="serial_number")


def _serve(place: BatchPlace, registration_id: uuid.UUID, link: Link, key: SecurityKey) -> None:
    """In the transaction that keeps the key: of two windows one gets so far."""
    now = clock.now()
    still_open = BatchPlace.objects.filter(pk=place.pk).exclude(state=PlaceState.DONE)
    done = {"state": PlaceState.DONE, "state_since": now, "key_id": key.pk}
    if not still_open.update(**done, registration_id=registration_id):
        raise Conflict("batch_served")
    link(key)
    Batch.objects.filter(pk=place.batch_id).update(touched_at=now)


def undo(*, asker: Asker, batch: Batch, holder: Person) -> None:
    """Raises NotFound where they have not been served, and as `remove_key`; a key that was removed
    meanwhile is no hindrance."""
    place = queries.served_place_of(batch, holder)
    with transaction.atomic():
        _remove(asker, holder, place)
        reopened = {"state": PlaceState.OPEN, "state_since": clock.now(), "key_id": None}
        served = BatchPlace.objects.filter(pk=place.pk, key_id=place.key_id)
        served.update(**reopened, registration_id=None)
        Batch.objects.filter(pk=batch.pk).update(touched_at=clock.now())


def _remove(asker: Asker, holder: Person, place: BatchPlace) -> None:
    key_id = place.key_id or uuid.UUID(int=0)
    try:
        key = upkeep.remove_key(asker=asker, holder=holder, key_id=key_id, reason=Reason.MISTAKE)
        undo_issue(asker=asker, key=key)
    except NotFound as gone:
        if gone.reason != "key_gone":
            raise
