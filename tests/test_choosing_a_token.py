"""Choosing a security token: the certified models, by what matters, and some side by side."""

import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import decide
from tests.doors import Browser, desk_of, expect, signed_in
from tests.keymodels.catalogue import NOW, entry_of, key_of, model, take_in
from wardkey.base.clock import standing_at

pytestmark = pytest.mark.looks_only
CHOOSING = "/guide/choosing/"
COMPARE = f"{CHOOSING}compare/"


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def models(cast):
    take_in()
    return cast


def words(answer):
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.content.decode())).split())


def found(browser=None, **asked):
    """The models' names, in the order of the page."""
    page = expect(200, (browser or Browser()).get(CHOOSING, asked)).text
    return re.findall(r"<strong><bdi>([^<]+)</bdi></strong>", page)


def ids(*names):
    return [str(model(name).aaguid) for name in names]


def compared(browser, *chosen, **asked):
    return browser.get(COMPARE, {"model": chosen, **asked})


def test_certified_models_without_known_weakness_are_listed_for_everybody(models):
    names = found()
    assert len(names) == 18
    assert {"Thistle One", "Heron Key Vault", "Rowan Key Bio"} <= set(names)
    # Not certified, not any more, revoked, weak, and without PIN or fingerprint.
    left_out = {"Tern Authenticator", "Osprey Stick Lapsed", "Osprey Prototype", "Quarry Key 4"}
    assert not set(names) & (left_out | {"Thistle Classic U2F"})
    page = words(Browser().get(CHOOSING))
    assert "18 models" in page
    assert "Where it is not told, look at the maker’s page" in page
    assert "The portal cannot see it. Four characters are the least; six digits are better." in page
    assert "policy" not in page.lower()


NARROWED = [
    ({"q": "heron fips"}, ["Heron Key FIPS"]),
    ({"certified": "5"}, ["Heron Key FIPS", "Heron Key Vault"]),
    ({"certified": "6"}, ["Heron Key Vault"]),
    ({"unlocked": "fingerprint"}, ["Rowan Key Bio", "Thistle Bio"]),
    ({"nfc": "yes", "wired": "yes"}, ["Saddle Token NFC", "Thistle One NFC", "Thistle Two NFC"]),
    ({"nfc": "yes", "q": "card"}, ["Lantern Card", "Lantern Card Nano"]),
    ({"pin": "6"}, ["Heron Key FIPS", "Heron Key Vault"]),
    ({"pin": "8"}, []),
    ({"q": "nothing of that name"}, []),
]


def test_what_matters_narrows_the_list(models):
    for asked, names in NARROWED:
        assert found(**asked) == names, asked
        page = words(Browser().get(CHOOSING, asked))
        assert ("No certified model fits" in page) is not bool(names), asked


MEANS_NOTHING = [
    {"certified": "0"},
    {"certified": "-1"},
    {"certified": "١"},
    {"certified": "99999"},
    {"unlocked": "face"},
    {"pin": "5"},
    {"plug": "USB-B"},
    {"plug": "none"},
    {"nfc": "perhaps"},
    {"policy": "yes"},
    {"page": "0"},
    {"page": "99"},
    {"page": "x", "model": ["not an id", "7"]},
    {"colour": "red"},
    {"q": " " * 500},
]


def test_what_there_is_not_means_nothing(models):
    for asked in MEANS_NOTHING:
        assert len(found(**asked)) == 18, asked


def test_a_name_that_is_asked_for_twice_is_refused(models):
    expect(400, Browser().get(f"{CHOOSING}?q=a&q=b"))


def test_the_certificate_leads_to_fido_without_being_fetched(models, settings):
    page = Browser().get(CHOOSING, {"q": "heron fips"}).text
    [number] = re.findall(r"FIDO20020\d{11}", page)
    listed = "https://fidoalliance.org/certification/fido-certified-products/"
    assert f'<a href="{listed}" rel="noreferrer" class="guide-whole">look it up<' in page
    assert f'<bdi class="guide-to-copy">{number}</bdi>' in page
    assert "FIDO has no page of its own for each certificate" in page
    settings.CERTIFICATES_URL = "https://tokens.example/?certificate={number}"
    page = Browser().get(CHOOSING, {"q": "heron fips"}).text
    assert f'<a href="https://tokens.example/?certificate={number}" rel="noreferrer">' in page
    assert "look it up" not in page


# -- of somebody who is signed in, the organisation


def test_what_the_organisation_uses_comes_first(models):
    asha = signed_in(models.asha)
    asha.register(desk_of(models.ben), key_of(model("Thistle Two NFC")), "Blue")
    for person in (models.asha, models.dev):
        names = found(signed_in(person))
        assert names[0] == "Thistle Two NFC"
        assert names[1:] == sorted(names[1:])
    assert words(asha.get(CHOOSING)).count("In use at Northside Hospital") == 1
    assert found(signed_in(models.cara))[0] != "Thistle Two NFC"
    assert found() == sorted(found())


def test_what_the_policy_lets_in_is_told_and_asked_for(models):
    decide(models.north, minimum_certification="3")
    dev = signed_in(models.dev)
    assert len(found(dev)) == 18
    assert words(dev.get(CHOOSING)).count("Not allowed by your policy") == 18 - 8
    allowed = found(dev, policy="yes")
    assert len(allowed) == 8
    assert "Thistle One" not in allowed
    assert len(found(signed_in(models.eve), policy="yes")) == 18
    decide(models.north, models=f"listed:{ids('Rowan Key Bio')[0]}")
    assert found(dev, policy="yes") == ["Rowan Key Bio"]


# -- side by side


def test_two_to_four_models_are_compared(models):
    chosen = ids("Thistle Bio", "Heron Key FIPS", "Saddle Token NFC")
    page = words(expect(200, compared(Browser(), *chosen, q="x")))
    for told in ("L2+", "L3", "fingerprint", "PIN of 6 characters or more", "plug (USB), NFC"):
        assert told in page
    assert "Policy of" not in page
    page = words(compared(signed_in(models.dev), *chosen))
    assert "Policy of Northside Hospital allowed allowed allowed" in page
    assert "In use at Northside Hospital no no no" in page


TOO_FEW_OR_MANY = [
    [],
    ids("Thistle Bio"),
    ids("Thistle Bio") * 2,
    ids("Thistle Bio", "Quarry Key 4"),
    ids("Thistle Bio", "Tern Authenticator"),
    [*ids("Thistle Bio"), str(uuid.UUID(int=7))],
    ids("Thistle Bio", "Heron Key A", "Heron Key C", "Rowan Key", "Saddle Token"),
]


def test_fewer_or_more_are_asked_for_again_and_stay_ticked(models):
    for chosen in TOO_FEW_OR_MANY:
        answer = expect(400, compared(Browser(), *chosen, q="bio"))
        assert "Tick two to four models to compare them." in words(answer)
        assert "Choosing a FIDO2 security token Choosing a security token" in words(answer)
        assert ("checked" in answer.text) is bool(chosen)
        assert 'value="bio"' in answer.text


def test_what_is_ticked_goes_from_page_to_page(models):
    thistle, heron = ids("Thistle Bio", "Heron Key A")
    page = Browser().get(CHOOSING, {"model": [thistle, heron], "q": "heron"}).text
    assert re.search(f'type="hidden" name="model" value="{thistle}"', page)
    assert re.search(f'value="{heron}" checked', page)


def test_more_models_than_a_page_holds_are_turned_over(models):
    many = [entry_of("Thistle One", number) for number in range(30)]
    take_in(no=2, entries=many)
    assert [len(found(page=str(number))) for number in (1, 2, 3)] == [24, 6, 6]
    page = Browser().get(CHOOSING).text
    assert 'name="page" value="2"' in page
    assert 'name="page" value="0"' not in page


def test_a_picture_is_shown_as_one_to_everybody(models):
    answer = expect(200, Browser().get(f"{CHOOSING}{model('Thistle Bio').aaguid}/picture/"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert expect(200, Browser().get(f"{CHOOSING}{uuid.uuid4()}/picture/")).content


def test_the_pages_cost_few_questions_however_many_models(models):
    asha, visitor = signed_in(models.asha), Browser()
    chosen = "&".join(f"model={each}" for each in ids("Thistle Bio", "Heron Key A"))
    for browser, at_most in ((asha, 9), (visitor, 2)):
        for address in (CHOOSING, f"{CHOOSING}?nfc=yes&policy=yes", f"{COMPARE}?{chosen}"):
            with CaptureQueriesContext(connection) as asked:
                expect(200, browser.get(address))
            assert len(asked) <= at_most, address
    with CaptureQueriesContext(connection) as asked:
        expect(200, asha.get("/guide/compatibility/"))
    assert len(asked) <= 6
