"""Frequently asked questions: true to the screen, found by search, reached from each refusal."""

import re
from pathlib import Path

import pytest
from django.test import Client

import wardkey
from tests.doors import Browser, desk_of, expect, signed_in
from wardkey.guide import searching
from wardkey.guide.questions import GROUPS, QUESTIONS

pytestmark = [pytest.mark.looks_only, pytest.mark.django_db]

ASKED_FOR = {
    *("forgotten-pin", "lost-token", "stolen-token", "found-token", "not-working"),
    *("shared-computer", "several-tokens", "leaving", "already-registered", "no-window"),
}
QUOTED = re.compile("“([^”]+)”")


def main_of(answer):
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_what_was_asked_for_is_there_and_each_slug_once():
    assert set(QUESTIONS) >= ASKED_FOR
    assert len(QUESTIONS) == sum(len(group.questions) for group in GROUPS)


def test_names_on_the_screen_are_those_of_the_portal():
    """As it passes them to gettext, or has them in the words of a module."""
    portal = Path(wardkey.__file__).parent / "web"
    shown = "".join(
        file.read_text()
        for ending in ("jinja", "py")
        for file in sorted(portal.rglob(f"*.{ending}"))
    )
    said = "\n".join(
        str(words) for each in QUESTIONS.values() for words in each.answer + each.steps
    )
    named = set(QUOTED.findall(said))
    assert named
    assert {name for name in named if f'"{name}"' not in shown} == set()


def test_a_page_that_says_no_leads_to_its_answer(cast):
    asha = signed_in(cast.asha)
    for refused, slug in (
        (expect(404, asha.get(desk_of(cast.eve))), "not-in-your-organisation"),
        (expect(403, asha.get(desk_of(cast.nina))), "role-elsewhere"),
        (expect(403, Browser().post("/sign-in/", {"username": "x"})), "load-again"),
        (expect(403, signed_in(cast.hal).get("/admin/policy/")), "your-role"),
    ):
        assert f'href="/guide/questions/{slug}/"' in main_of(refused)
        expect(200, asha.get(f"/guide/questions/{slug}/"))


def test_an_answer_at_a_wrong_address_is_read_at_the_right_one(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    page = main_of(expect(400, Client(headers={"host": "elsewhere.example"}).get("/")))
    assert f'href="{settings.ORIGINS[0]}/guide/questions/wrong-address/"' in page


def test_a_question_that_there_is_not_is_not_found():
    expect(404, Client().get("/guide/questions/why/"))
    page = main_of(expect(200, Client().get("/guide/questions/forgotten-pin/")))
    for words in (
        "For everybody with a token",
        "Nobody can tell you the PIN",
        "/sign-in/help/pin/",
    ):
        assert words in page


def searched(asked):
    return main_of(expect(200, Client().get("/guide/search/", {"q": asked})))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("forgot PIN", "/sign-in/help/pin/"),
        ("FORGÓT  pin?", "/sign-in/help/pin/"),
        ("my token was stolen", "/guide/questions/stolen-token/"),
        ("popup", "/guide/questions/no-window/"),
        ("yubikey broken", "/guide/questions/not-working/"),
        ("reset windows 11", "/guide/how-to/reset/windows-11/"),
        ("privacy", "/guide/questions/who-sees-what/"),
        ("voice control", "/guide/accessibility/"),
        ("leavers", "/guide/questions/leaving/"),
        ("helpdesk e-mail", "/guide/help/"),
    ],
)
def test_what_is_searched_for_comes_first(asked, first, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert re.findall(r'<li><a href="([^"]+)"', searched(asked))[0] == first


def test_every_page_of_the_guide_is_found_by_its_title():
    for page in searching.findable():
        assert page.address in [hit.address for hit in searching.find(page.title)[:5]], page.title
        assert page.passages or "video/transcript" in page.address, page.title


def test_an_excerpt_shows_what_was_asked_for():
    page = searched("eight wrong PINs")
    assert "After three in a row" not in page.partition("</li>")[0]
    assert re.search(r"After <mark>eight</mark> in all", page)
    assert "<script>" not in searched("<script>alert(1)</script> pin")


def test_a_search_that_cannot_be_says_why():
    for asked, words in (("  ", "Enter a word"), ("?!", "Enter a word"), ("x" * 101, "too long")):
        refused = expect(400, Client().get("/guide/search/", {"q": asked}))
        assert words in main_of(refused)
    assert "Nothing was found" in searched("xylophone")
    assert "No page has all of these words" in searched("xylophone pin")
    assert "There is a problem" not in main_of(expect(200, Client().get("/guide/search/")))


def test_useful_links_are_the_operator_s(settings):
    settings.ABOUT_FIDO2_URL, settings.ABOUT_MFA_URL = "https://about.example/fido2", ""
    page = main_of(Client().get("/guide/help/"))
    assert 'href="https://about.example/fido2" rel="noreferrer"' in page
    assert "More about multi-factor" not in page
    settings.ABOUT_FIDO2_URL, settings.ABOUT_MFA_URL = "", "https://about.example/mfa"
    page = main_of(Client().get("/guide/help/"))
    assert "recent updates" not in page
    assert 'href="https://about.example/mfa"' in page
