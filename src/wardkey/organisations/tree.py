"""The tree of organisations: found, placed, spanned."""

import re
from collections.abc import Iterable

from django.db import models, transaction

from ..base import codes
from ..base.beginnings import beginning
from ..base.errors import Conflict, InvalidInput
from .models import Organisation

CODE = re.compile(r"[A-Za-z0-9]{1,9}")
SMALL = 200  # organisations


def organisation_by_code(code: str) -> Organisation | None:
    """None for what cannot be a code, too."""
    code = code.strip()
    return Organisation.objects.filter(code=code.upper()).first() if CODE.fullmatch(code) else None


def organisation_by_id(organisation_id: int) -> Organisation | None:
    return Organisation.objects.filter(pk=organisation_id).first()


@transaction.atomic
def found(*, code: str, name: str, parent: Organisation | None = None) -> Organisation:
    """A new organisation below `parent`; without one, a root. Raises InvalidInput: code."""
    code = clean_code(code)
    path_until_its_id_is_known = codes.new_secret()
    organisation = Organisation.objects.create(
        code=code, name=name, parent=parent, path=path_until_its_id_is_known
    )
    organisation.path = f"{parent.path if parent else ''}{organisation.pk}."
    organisation.save(update_fields=["path"])
    return organisation


def branch(organisation: Organisation) -> models.QuerySet[Organisation]:
    """The organisation and all below it."""
    return Organisation.objects.filter(beginning("path", organisation.path))


def right_below(organisation: Organisation) -> models.QuerySet[Organisation]:
    return Organisation.objects.filter(parent=organisation)


def alone(organisation: Organisation) -> models.QuerySet[Organisation]:
    """The organisation without those below."""
    return Organisation.objects.filter(pk=organisation.pk)


def is_small(within: models.QuerySet[Organisation]) -> bool:
    """Whether a database had better gather all that a branch has and sort it. In a larger one it
    would do so for seconds: there it goes through all that there is by their ids, and stops when a
    page is full."""
    return within.count() <= SMALL


def clean_code(code: str) -> str:
    """Raises InvalidInput (`code`)."""
    if not CODE.fullmatch(code):
        raise InvalidInput("code", field="code")
    return code.upper()


def require_open(organisation: Organisation) -> None:
    if not organisation.is_open:
        raise Conflict("organisation_closed")


def require_not_root(organisation: Organisation) -> None:
    if organisation.parent_id is None:
        raise Conflict("root")


def locked(organisation_id: int) -> Organisation:
    """As it is now, and nobody else changes it until the transaction ends."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def lock_each(organisation_ids: Iterable[int]) -> None:
    """In one order, so that two who lock several do not wait for each other."""
    rows = Organisation.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(pk__in=list(organisation_ids)).only("pk"))
