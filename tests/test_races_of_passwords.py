"""Two at once with one code, a change beside a reset, two workers: one of them comes first."""

from types import SimpleNamespace

import pytest

from tests.cast import PASSWORD
from tests.doors import Browser, is_signed_in, signed_in
from tests.forgetful import ask, choose, link_for, mailed
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.notifications.models import OutboxMessage
from wardkey.signin import resetting

ONE, OTHER = "violet harbour kettle", "lantern orchard bicycle"


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def lets_in(person, password):
    return Browser().enter_password(person, password).status_code == 302


def test_of_two_with_the_same_code_one_chooses_the_password(cast):
    code, one, other = link_for(cast.ben), Browser(), Browser()
    codes = at_once(lambda: choose(code, ONE, one), lambda: choose(code, OTHER, other))
    assert codes == [302, 401]
    assert len(changes("password.reset")) == 1
    assert [lets_in(cast.ben, each) for each in (ONE, OTHER)].count(True) == 1


def test_of_a_change_and_a_reset_at_once_the_first_ends_the_other(cast):
    ben, code, stranger = signed_in(cast.ben), link_for(cast.ben), Browser()
    form = {"present": PASSWORD, "password": ONE}
    at_once(lambda: ben.submit("/me/password/", **form), lambda: choose(code, OTHER, stranger))
    is_changed = is_signed_in(ben)
    assert lets_in(cast.ben, ONE) == is_changed
    assert lets_in(cast.ben, OTHER) != is_changed
    assert not lets_in(cast.ben, PASSWORD)


def test_of_two_changes_at_once_one_holds_and_its_session_with_it(cast):
    ben = signed_in(cast.ben)
    other = twin(ben)
    codes = at_once(
        lambda: ben.submit("/me/password/", present=PASSWORD, password=ONE),
        lambda: other.submit("/me/password/", present=PASSWORD, password=OTHER),
    )
    assert codes in ([302, 401], [302, 302])  # to the first page, and to the login
    assert len(changes("password.changed")) == 1
    assert [lets_in(cast.ben, each) for each in (ONE, OTHER)].count(True) == 1
    assert not lets_in(cast.ben, PASSWORD)
    assert [is_signed_in(each) for each in (ben, other)].count(True) == 1


def test_two_workers_send_a_link_once(cast):
    ask(cast.ben.username)

    def work():
        return SimpleNamespace(status_code=resetting.send_asked())

    at_once(work, work)
    assert OutboxMessage.objects.filter(kind="password_link").count() == 1
    assert len(mailed()) == 1
