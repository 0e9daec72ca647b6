"""The proof is asked for again where the deed is written, whatever the door let through."""

import uuid
from datetime import timedelta

import pytest

from tests.doors import registered, signed_in
from tests.traces import nothing_changes
from wardkey.base import clock
from wardkey.base.errors import NotSignedIn, ProofRequired
from wardkey.keys import losses, registration, upkeep
from wardkey.people.access import Asker
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Person
from wardkey.sessions import lifetime
from wardkey.sessions.models import Session
from wardkey.sessions.step_up import SessionProof


@pytest.fixture
def key(cast):
    return registered(signed_in(cast.cara), cast.eve)[1]


@pytest.fixture
def asker(cast, key):
    """Cara as the gate saw her a moment ago."""
    session = Session.objects.select_related("person").get(person=cast.cara, level="key")
    return Asker(
        person=cast.cara,
        session_id=session.pk,
        organisation=cast.south,
        grants=role_grants_of(cast.cara.pk),
        proof=SessionProof(session),
    )


def deeds(asker, key):
    about = {"asker": asker, "holder": key.holder, "key_id": key.pk}
    yield lambda: upkeep.rename_key(**about, nickname="Other")
    yield lambda: upkeep.remove_key(**about)
    yield lambda: losses.suspend_key(**about)
    yield lambda: registration.begin_registration(asker=asker, holder=key.holder)


def refused(asker, key, mistake):
    with nothing_changes():
        for deed in deeds(asker, key):
            with pytest.raises(mistake):
                deed()


def test_a_login_that_is_fresh_enough_does_them(asker, key):
    upkeep.rename_key(asker=asker, holder=key.holder, key_id=key.pk, nickname="Other")
    losses.suspend_key(asker=asker, holder=key.holder, key_id=key.pk)
    upkeep.remove_key(asker=asker, holder=key.holder, key_id=key.pk)
    registration.begin_registration(asker=asker, holder=key.holder)


def test_a_login_that_is_not_does_none(asker, key):
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        refused(asker, key, ProofRequired)


def test_nor_does_a_session_that_ended_meanwhile(asker, key):
    lifetime.end_for_person(asker.person.pk, reason="ended")
    refused(asker, key, NotSignedIn)


@pytest.mark.parametrize("changed", [{"status": "suspended"}, {"security_stamp": uuid.UUID(int=1)}])
def test_nor_does_somebody_who_was_changed_meanwhile(asker, key, changed):
    Person.objects.filter(pk=asker.person.pk).update(**changed)
    refused(asker, key, NotSignedIn)


def test_nor_does_an_asker_who_proved_nothing(asker, key):
    nobody = Asker(
        person=asker.person,
        session_id=asker.session_id,
        organisation=asker.organisation,
        grants=asker.grants,
    )
    refused(nobody, key, ProofRequired)
