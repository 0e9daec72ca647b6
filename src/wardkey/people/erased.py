"""Whoever was erased: what is left of them here, and of the user name, which nobody is given again.

erase               the person's row stays, and says nothing of who it was
require_not_erased  of a user name, once its new row is there
which_were_erased   of many
"""

import hashlib
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import make_password

from ..base.errors import InvalidInput
from .models import (
    ERASED,
    STAMP,
    ContactPoint,
    ExternalId,
    Person,
    PolicyException,
    SearchWord,
    WordPair,
    new_user_handle,
)

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
    for named in (ContactPoint, ExternalId, SearchWord, WordPair):
        named.objects.filter(person=person).delete()
    PolicyException.objects.filter(person=person).update(reason="")


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
