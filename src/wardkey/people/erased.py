"""Whoever was erased: what is left of them here, and of the user name, which nobody is given again.

erase               the person's row stays, and says nothing of who it was
require_not_erased  of a user name, once its new row is there
which_were_erased   of many
whose_numbers_were_erased    of numbers of another system
"""

import hashlib
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import make_password

from ..base import codes
from ..base.errors import InvalidInput
from .models import (
    ERASED,
    STAMP,
    ContactPoint,
    ExternalId,
    Person,
    PolicyException,
    RoleGrant,
    SearchWord,
    WordPair,
    new_user_handle,
)

NOTHING_SAID = "Erased"  # where a page needs a word to show
TOLD_APART_BY = 8  # letters of the id: a trail may tell of two of them


def erase(person: Person) -> None:
    """`person` is locked."""
    person.name = f"Erased person {person.pk.hex[:TOLD_APART_BY]}"
    person.username, person.username_key = "", left_of(person.username_key)
    person.password = make_password(None)
    person.user_handle, person.oidc_subject = new_user_handle(), uuid.uuid4()
    person.language = settings.LANGUAGE_CODE
    person.starts_at = person.last_day = None
    person.stamp_anew()
    person.save(
        update_fields=[
            *("name", "username", "username_key", "password", "user_handle", "oidc_subject"),
            *("language", "starts_at", "last_day", *STAMP),
        ]
    )
    for named in (ContactPoint, SearchWord, WordPair):
        named.objects.filter(person=person).delete()
    PolicyException.objects.filter(person=person).update(reason="")
    RoleGrant.objects.filter(person=person).update(asleep_reason="")
    for number in ExternalId.objects.filter(person=person):
        number.value = left_of_number(number.source, number.value)
        number.save(update_fields=["value"])


def left_of(username_key: str) -> str:
    """Its SHA-256. Not keyed: it has to be found for as long as the portal lives."""
    return ERASED + hashlib.sha256(username_key.encode()).hexdigest()


def require_not_erased(username_key: str) -> None:
    """In the transaction in which its row was added, which waited for one that erases just this
    name. Raises InvalidInput."""
    if which_were_erased([username_key]):
        raise InvalidInput("username_taken", field="username")


def which_were_erased(username_keys: Iterable[str]) -> set[str]:
    by_what_is_left = {left_of(key): key for key in username_keys}
    found = Person.objects.filter(username_key__in=by_what_is_left)
    return {by_what_is_left[left] for left in found.values_list("username_key", flat=True)}


def left_of_number(source: str, number: str) -> str:
    """Keyed, since numbers of a payroll are few. With a new secret key a file that still names who
    left is refused where it says so."""
    return ERASED + codes.keyed(f"{source} {number}", about="erased number").hex()


def whose_numbers_were_erased(source: str, numbers: Iterable[str]) -> set[str]:
    by_what_is_left = {left_of_number(source, number): number for number in numbers}
    found = ExternalId.objects.filter(source=source, value__in=by_what_is_left)
    return {by_what_is_left[left] for left in found.values_list("value", flat=True)}
