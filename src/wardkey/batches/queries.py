"""Reading batches: always of who made them, for the organisation in view."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from ..base import clock
from ..base.errors import NotFound
from ..people.access import Asker, covered_among
from ..people.administrators import Act
from ..people.models import Person, Standing
from .models import Batch, BatchPlace, PlaceState

SHOWN_AT_MOST = 20


@dataclass(frozen=True)
class Seat:
    """A place as its administrator sees it: of whoever is out of their reach by now, not the name.

    `is_due`: this person is to be served today.
    """

    place: BatchPlace
    person: Person | None
    is_due: bool


@dataclass(frozen=True)
class Seats:
    seats: list[Seat]

    def place_of(self, person: Person) -> BatchPlace:
        """Raises NotFound."""
        seat = next((each for each in self.seats if each.place.person_id == person.pk), None)
        if seat is None:
            raise NotFound
        return seat.place

    @property
    def in_all(self) -> int:
        return len(self.seats)

    @property
    def done(self) -> int:
        return sum(seat.place.is_done for seat in self.seats)

    @property
    def due(self) -> list[Seat]:
        """In the order in which they are served: who was skipped, after all others."""
        due = [seat for seat in self.seats if seat.is_due]
        skipped = [seat for seat in due if seat.place.state == PlaceState.SKIPPED]
        others = [seat for seat in due if seat.place.state != PlaceState.SKIPPED]
        return others + sorted(skipped, key=lambda seat: seat.place.state_since)

    @property
    def away(self) -> list[Seat]:
        away = [seat for seat in self.seats if seat.place.state == PlaceState.AWAY]
        return [seat for seat in away if seat.person and not seat.is_due]

    @property
    def last_done(self) -> Seat | None:
        done = [seat for seat in self.seats if seat.place.is_done and seat.person]
        return max(done, key=lambda seat: seat.place.state_since, default=None)


def batch_of(asker: Asker, batch_id: uuid.UUID) -> Batch:
    """Raises NotFound, also for one of somebody else, or of another organisation."""
    batch = _own(asker).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


def latest(asker: Asker) -> list[Batch]:
    """With `in_all` and `done`, the one used last first."""
    done = Count("places", filter=Q(places__state=PlaceState.DONE))
    counted = _own(asker).annotate(in_all=Count("places"), done=done)
    return list(counted.order_by("-touched_at")[:SHOWN_AT_MOST])


def _own(asker: Asker) -> QuerySet[Batch]:
    return Batch.objects.filter(made_by=asker.person, organisation=asker.organisation_id)


def place_of(batch: Batch, person: Person) -> BatchPlace:
    """Raises NotFound."""
    place = BatchPlace.objects.filter(batch=batch, person=person).first()
    if place is None:
        raise NotFound
    return place


def served_place_of(batch: Batch, person: Person) -> BatchPlace:
    """Raises NotFound, also where they have not got a key yet."""
    place = place_of(batch, person)
    if place.key_id is None:
        raise NotFound
    return place


def people_due(asker: Asker, batch: Batch) -> list[Person]:
    """Also whoever is out of reach by now."""
    midnight = _midnight(asker)
    return [row.person for row in _places(batch) if _is_due(row, midnight)]


def seats_of(asker: Asker, batch: Batch) -> Seats:
    """All of them, with three queries."""
    rows, midnight = _places(batch), _midnight(asker)
    in_reach = covered_among(asker, [row.person for row in rows], Act.REGISTER_KEYS)
    return Seats(
        [
            Seat(
                place=row,
                person=row.person if row.person_id in in_reach else None,
                is_due=row.person_id in in_reach and _is_due(row, midnight),
            )
            for row in rows
        ]
    )


def _places(batch: Batch) -> list[BatchPlace]:
    places = BatchPlace.objects.filter(batch=batch).select_related("person__home")
    return list(places.order_by("position"))


def _midnight(asker: Asker) -> datetime:
    zone = asker.organisation.time_zone if asker.organisation else "UTC"
    return clock.start_of(clock.today(zone), zone)


def _is_due(place: BatchPlace, midnight: datetime) -> bool:
    """Who was away before that midnight may be there today."""
    if place.is_done or place.person.standing in {Standing.SUSPENDED, Standing.CLOSED}:
        return False
    return place.state != PlaceState.AWAY or place.state_since < midnight
