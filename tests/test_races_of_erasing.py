"""Somebody is erased while others are at it."""

from datetime import timedelta
from functools import partial

import pytest

from tests.departures import again
from tests.doors import registered_now, signed_in_now
from tests.newcomers import form_for
from tests.test_moved_while_judged import while_changing
from tests.test_races import at_once
from tests.traces import changes
from wardkey.audit import erased as erased_entries
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.operating import erasing
from wardkey.people.models import Person, Status


class Erasing:
    """As a command answers."""

    def __init__(self, person):
        self.status_code = 200 if erasing.erase(person.pk) else 404


@pytest.fixture
def gone(cast_for_threads):
    """Closed long ago."""
    person = cast_for_threads.ben
    long_ago = clock.now() - timedelta(days=31)
    Person.objects.filter(pk=person.pk).update(status=Status.CLOSED, closes_at=long_ago)
    return person


def test_of_two_who_erase_somebody_at_once_one_does(gone):
    assert at_once(partial(Erasing, gone), partial(Erasing, gone)) == [200, 404]
    assert len(changes("person.erased")) == 1
    assert again(gone).is_erased


def test_nobody_takes_the_user_name_in_the_moment_in_which_it_is_erased(gone, cast_for_threads):
    priya = signed_in_now(cast_for_threads.priya)
    form = form_for(gone.username, name="Somebody Else")
    add = partial(priya.submit, "/admin/people/add/", **form)
    assert at_once(partial(Erasing, gone), add) == [200, 400]
    assert not Person.objects.filter(username_key=gone.username_key).exists()


def test_of_an_entry_about_one_and_by_another_nothing_comes_back(cast_for_threads):
    """Who acted is erased while the holder is."""
    asha = signed_in_now(cast_for_threads.asha)
    registered_now(asha, cast_for_threads.olu, "Blue of Olu")
    long_ago = clock.now() - timedelta(days=31)
    olu = Person.objects.filter(pk=cast_for_threads.olu.pk)
    olu.update(status=Status.CLOSED, closes_at=long_ago)
    entry = ChangeEntry.objects.get(code="key.registered", holder_id=cast_for_threads.olu.pk)
    assert len(entry.clear) == 2
    by = partial(erased_entries.erase, cast_for_threads.asha.pk)
    assert while_changing(by, partial(Erasing, cast_for_threads.olu)) == 200
    entry.refresh_from_db()
    assert entry.clear == {}
