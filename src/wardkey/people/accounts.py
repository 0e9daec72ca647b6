"""People come and move.

add_person                somebody whom the operator vouches for
enter                     a person with a home, a contact and the words they are found by
move_home                 another home; roles and keys are not its business
home_begins               on another day than was thought
second_factor_was_used    from now on a second factor is always asked for
is_unchanged              what was begun before the person changed does not go on
"""

import uuid
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..base.text import canonical_name, has_forbidden_characters, search_words
from ..organisations import tree
from ..organisations.models import Organisation
from . import erased, pairs, parts
from .contacts import add_mail
from .models import Membership, Person, SearchWord, WordPair


def add_person(
    *,
    username: str,
    name: str,
    email: str,
    organisation: Organisation,
    by: log.Actor,
    password: str | None = None,
) -> Person:
    """Here from now on, and the address is theirs. Raises as `enter`."""
    now = clock.now()
    return enter(
        username=username,
        name=name,
        email=email,
        email_verified_at=now,
        organisation=organisation,
        by=by,
        password=password,
        starts_at=now,
    )


def enter(
    *,
    username: str,
    name: str,
    email: str,
    email_verified_at: datetime | None,
    organisation: Organisation,
    by: log.Actor,
    starts_at: datetime,
    password: str | None = None,
) -> Person:
    """`email` may be empty. Raises InvalidInput where the user name cannot be had: it is never
    given twice."""
    _require_username(username)
    try:
        with transaction.atomic():
            tree.require_open(tree.locked(organisation.pk))
            person = _create(
                username=username,
                name=name,
                password=password,
                home=organisation,
                starts_at=starts_at,
            )
            erased.require_not_erased(person.username_key)
            Membership.objects.create(person=person, organisation=organisation, starts_at=starts_at)
            add_mail(person, email, verified_at=email_verified_at)
            index_words(person, organisation, search_words(name, username, email))
            log.record(
                events.PERSON_ADDED,
                actor=by,
                holder_id=person.pk,
                organisation_id=organisation.pk,
                new={"name": name, "username": username, "starts_at": log.microseconds(starts_at)},
            )
    except IntegrityError as error:
        raise InvalidInput("username_taken", field="username") from error
    return person


def move_home(*, person: Person, organisation: Organisation, by: log.Actor) -> None:
    """The membership, the person's `home` and the search words change together."""
    now = clock.now()
    with transaction.atomic():
        tree.require_open(tree.locked(organisation.pk))
        homes = Membership.objects.filter(person=person, kind=Membership.Kind.HOME, ends_at=None)
        homes.update(ends_at=now)
        Membership.objects.create(person=person, organisation=organisation, starts_at=now)
        SearchWord.objects.filter(person=person).update(organisation=organisation)
        WordPair.objects.filter(person=person).update(organisation=organisation)
        was, person.home = person.home, organisation
        person.save(update_fields=["home"])
        log.record(
            events.HOME_MOVED,
            actor=by,
            holder_id=person.pk,
            organisation_id=was.pk,
            old={"organisation": was.pk},
            new={"organisation": organisation.pk},
        )


def home_begins(person: Person, starts_at: datetime) -> None:
    """Of somebody who is still to come."""
    homes = Membership.objects.filter(person=person, kind=Membership.Kind.HOME, ends_at=None)
    homes.update(starts_at=starts_at)


def _require_username(username: str) -> None:
    key = canonical_name(username)
    if not key or len(key) > 254 or len(username) > 254 or has_forbidden_characters(username):
        raise InvalidInput("username", field="username")


def _create(
    *, username: str, name: str, password: str | None, home: Organisation, starts_at: datetime
) -> Person:
    return Person.objects.create(
        username=username,
        username_key=canonical_name(username),
        name=name,
        password=make_password(password),
        home=home,
        created_at=clock.now(),
        starts_at=starts_at,
    )


def index_words(person: Person, organisation: Organisation, words: set[str]) -> None:
    SearchWord.objects.filter(person=person).delete()
    SearchWord.objects.bulk_create(
        SearchWord(person=person, organisation=organisation, word=word) for word in sorted(words)
    )
    parts.learn(words)
    pairs.keep([(person.pk, organisation.pk, words)])


def second_factor_was_used(person: Person) -> None:
    """Also after a waiver: from this use on, one is asked for again."""
    never = Q(second_factor_since=None)
    waived_since = Q(second_factor_since__lte=F("second_factor_waived_at"))
    Person.objects.filter(never | waived_since, pk=person.pk).update(
        second_factor_since=clock.now()
    )


def is_unchanged(person_id: uuid.UUID, *, security_stamp: uuid.UUID) -> bool:
    """False where the person was suspended, or changed what their sign-in rests on."""
    found = Person.objects.filter(pk=person_id, security_stamp=security_stamp).first()
    return found is not None and found.may_be_given_keys
