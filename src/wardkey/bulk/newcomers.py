"""Everybody who is new, put there by one statement for each table.

enter     people, their homes, their addresses, and the numbers by which the organisation knows them
"""

from datetime import datetime

from django.db.models import DateTimeField, F, QuerySet, Value

from ..base.copying import copy_rows
from ..people.models import ContactPoint, ExternalId, Membership, Person, Status
from .models import Kind, PeopleImport, StagedRow


def enter(people_import: PeopleImport, *, at: datetime) -> None:
    rows = StagedRow.objects.filter(people_import=people_import)
    newcomers = rows.filter(kind=Kind.ADD).order_by("pk")
    _put_people(newcomers, at)
    copy_rows(
        newcomers,
        into=Membership,
        columns={
            "person": F("person_id"),
            "organisation": F("home_id"),
            "kind": Value(Membership.Kind.HOME.value),
            "starts_at": F("starts_at"),
        },
    )
    add_addresses(newcomers)
    link_numbers(rows, people_import)


def _put_people(newcomers: QuerySet[StagedRow], at: datetime) -> None:
    taken_over = (
        "username",
        "username_key",
        "name",
        "password",
        "user_handle",
        "oidc_subject",
        "security_stamp",
        "starts_at",
    )
    copy_rows(
        newcomers,
        into=Person,
        columns={
            "id": F("person_id"),
            "home": F("home_id"),
            "status": Value(Status.ACTIVE.value),
            "language": Value(Person().language),
            "created_at": Value(at, output_field=DateTimeField()),
            **{name: F(name) for name in taken_over},
        },
    )


def add_addresses(rows: QuerySet[StagedRow]) -> None:
    """Nobody has proved them: nothing is sent there but an invitation."""
    copy_rows(
        rows.exclude(email=""),
        into=ContactPoint,
        columns={
            "person": F("person_id"),
            "kind": Value(ContactPoint.Kind.MAIL.value),
            "value": F("email"),
        },
    )


def link_numbers(rows: QuerySet[StagedRow], people_import: PeopleImport) -> None:
    """A number of somebody who has left the organisation's people is free again, and somebody who
    comes back has one number."""
    linked = rows.filter(link=True).exclude(kind__in=[Kind.REFUSED, Kind.UNCHANGED])
    numbers = ExternalId.objects.filter(source=people_import.source)
    numbers.filter(value__in=linked.values("external_id")).delete()
    returning = linked.exclude(kind=Kind.ADD)
    numbers.filter(person__in=returning.values("person_id")).delete()
    copy_rows(
        linked.order_by("pk"),
        into=ExternalId,
        columns={
            "person": F("person_id"),
            "source": Value(people_import.source),
            "value": F("external_id"),
        },
    )
