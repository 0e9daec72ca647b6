"""Whoever was added, renamed or moved by the release before, which knows no pairs of words, is
found by two common words afterwards."""

from datetime import timedelta

import pytest

from tests import chores
from tests.doors import expect, signed_in
from wardkey.audit import log, sealer
from wardkey.audit.events import CHANGE
from wardkey.base import clock
from wardkey.people import finding, missed_pairs
from wardkey.people.accounts import add_person, move_home
from wardkey.people.models import PairsUpTo, UnpairedWord, WordPair

LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def every_branch_is_large(monkeypatch):
    """And each word common, so that pairs alone answer."""
    for name, size in {"FEW": 0, "LOOKED_THROUGH": 1, "RARE": 1, "FEW_TO_READ": 0}.items():
        monkeypatch.setattr(finding, name, size)


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def found(browser, words):
    page = expect(200, browser.get("/admin/people/", {"q": words})).content.decode()
    rows = page.split("<tbody")[1] if "<tbody" in page else ""
    return [part.split("</bdi>")[0] for part in rows.split("<bdi>")[1:]]


def added_by_the_release_before(cast, name):
    """Their words, and nothing made of them."""
    username = f"{name.split()[0].lower()}@elsewhere.example"
    known = set(UnpairedWord.objects.values_list("pk", flat=True))
    person = add_person(
        username=username, name=name, email=username, organisation=cast.north, by=log.SYSTEM
    )
    WordPair.objects.filter(person=person).delete()
    UnpairedWord.objects.exclude(pk__in=known).delete()
    return person


def the_worker_comes_round(after=LATER):
    sealer.seal_all(CHANGE)
    with clock.standing_at(clock.now() + after):
        chores.done("keep_missed_pairs")


def test_whoever_was_added_without_pairs_is_found(cast, asha, monkeypatch):
    monkeypatch.setattr(missed_pairs, "ENTRIES_AT_A_TIME", 2)
    for name in ("Ada Larch", "Bea Larch", "Cyd Larch"):
        added_by_the_release_before(cast, name)
    root = signed_in(cast.root)
    assert found(asha, "cyd larch") == found(root, "ada larch") == []
    the_worker_comes_round()
    assert found(asha, "cyd larch") == ["Cyd Larch"]
    assert found(root, "ada larch") == ["Ada Larch"]
    assert found(asha, "elsewhere larch") == ["Ada Larch", "Bea Larch", "Cyd Larch"]


def test_whoever_was_moved_without_their_pairs_is_found_at_the_new_home_alone(cast, asha):
    move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    WordPair.objects.filter(person=cast.ben).update(organisation=cast.north)
    cara = signed_in(cast.cara)
    assert found(cara, "ben carter") == []
    the_worker_comes_round()
    assert found(cara, "ben carter") == ["Ben Carter"]
    assert found(asha, "ben carter") == []


def test_an_import_has_an_hour_to_keep_its_words(cast, asha):
    added_by_the_release_before(cast, "Ada Larch")
    the_worker_comes_round(after=timedelta(minutes=50))
    assert found(asha, "ada larch") == []
    the_worker_comes_round()
    assert found(asha, "ada larch") == ["Ada Larch"]


def test_pairs_that_are_kept_are_left_alone_and_an_entry_is_read_once(cast, asha):
    def rows():
        return set(WordPair.objects.values_list("pk", flat=True))

    before = rows()
    assert before
    the_worker_comes_round()
    place = PairsUpTo.objects.get().leaf_index
    added_by_the_release_before(cast, "Ada Larch")
    WordPair.objects.filter(person=cast.ben).delete()
    the_worker_comes_round()
    assert PairsUpTo.objects.get().leaf_index == place + 1
    assert found(asha, "ada larch") == ["Ada Larch"]
    assert found(asha, "ben carter") == []
    assert rows() - before == set(
        WordPair.objects.filter(person__name="Ada Larch").values_list("pk", flat=True)
    )
