"""Where somebody lands who is refused, or logged out meanwhile: with words, and a way back."""

import pytest

from tests.cast import issue_pass
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from wardkey.sessions.models import Session

pytestmark = pytest.mark.looks_only


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def log_out_everywhere(person):
    Session.objects.filter(person=person).delete()


def test_a_form_whose_session_ran_out_leads_to_login_and_back_to_its_page(cast, asha):
    page = f"{desk_of(cast.ben)}register/"
    log_out_everywhere(cast.asha)
    fields = {"csrfmiddlewaretoken": asha.csrf, "nickname": "Blue"}
    answer = expect(302, asha.post(page, fields, headers={"referer": ORIGIN + page}))
    login = expect(200, asha.get(answer["Location"])).content.decode()
    assert "You then come back to the page where you were" in login
    back = expect(302, asha.enter_password(cast.asha, next=page))
    assert (answer["Location"].endswith("register%2F"), back["Location"]) == (True, page)


@pytest.mark.parametrize(
    "referer",
    [
        *("https://evil.example/me/keys/", f"{ORIGIN}//evil.example/", ""),
        *("http://[::1", "http://evil.example＃/"),  # no addresses
    ],
)
def test_only_a_page_of_the_portal_is_a_way_back(cast, asha, referer):
    row = registered(asha, cast.asha)[1]
    page = f"{desk_of(cast.asha)}{row.pk}/remove/"
    fields = {"csrfmiddlewaretoken": asha.csrf}
    refused = expect(409, asha.post(page, fields, headers={"referer": referer, "origin": ORIGIN}))
    assert "evil.example" not in refused.content.decode()


def test_a_refusal_has_its_own_heading_and_leads_back(cast, asha):
    row = registered(asha, cast.asha)[1]
    page = f"{desk_of(cast.asha)}{row.pk}/remove/"
    fields = {"csrfmiddlewaretoken": asha.csrf}
    refused = expect(409, asha.post(page, fields, headers={"referer": ORIGIN + page}))
    assert "Your last token stays</h1>" in refused.content.decode()
    assert f'href="{page}">Go back to where you were' in refused.content.decode()


def test_a_token_that_is_gone_leads_to_the_list_in_which_it_stood(cast, asha):
    row = registered(asha, cast.ben)[1]
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"))
    gone = expect(404, asha.get(f"{desk_of(cast.ben)}{row.pk}/edit/")).content.decode()
    assert "This token is no longer there</h1>" in gone
    assert f'href="{desk_of(cast.ben)}">Go back to where you were' in gone


def test_a_page_that_is_too_old_has_words_of_its_own(cast, asha):
    page = expect(403, asha.post("/sign-out/", headers={"referer": f"{ORIGIN}/me/keys/"}))
    text = page.content.decode()
    assert "Load the page again</h1>" in text
    assert "Nothing was changed." in text
    assert "Logout" in text


def test_another_address_of_the_same_computer_names_the_right_one(db):
    page = expect(400, Browser().get("/sign-in/", headers={"host": "127.0.0.1:8000"}))
    text = page.content.decode()
    assert "The portal is at another address</h1>" in text
    assert f'<a href="{ORIGIN}">' in text


def test_the_first_page_of_the_half_logged_in_offers_the_other_half(cast):
    page = half_signed_in(cast.eve).get("/").content.decode()
    assert 'href="/sign-in/key/"' in page
    assert "Finish logging in" in page
    assert "Log in to the portal" not in page
    assert "Log in to the portal" in Browser().get("/").content.decode()


def test_registering_without_a_token_says_what_is_missing_and_leads_back(cast):
    ben = signed_in(cast.ben)
    answer = expect(302, ben.get(f"{MINE}register/"))
    assert answer["Location"] == "/sign-in/key/?next=%2Fme%2Fkeys%2Fregister%2F"
    page = expect(200, ben.get(answer["Location"])).content.decode()
    assert "You logged in with your password alone." in page
    assert (
        "You logged in with" not in half_signed_in(cast.eve).get("/sign-in/key/").content.decode()
    )


@pytest.mark.parametrize(
    ("asked", "then"),
    [("/me/keys/register/", "/me/keys/register/"), ("/", MINE), ("//evil.example", MINE)],
)
def test_the_first_token_leads_to_where_the_person_was_going(cast, asked, then):
    eve = Browser()
    expect(302, eve.enter_password(cast.eve, next=asked))
    answer = expect(
        302, eve.submit("/sign-in/access-pass/", access_pass=issue_pass(cast.eve), next=asked)
    )
    begun = eve.touch(MINE, SoftKey())
    fields = {"registration_id": begun["registration_id"], "nickname": "Mine"}
    assert expect(302, eve.submit(answer["Location"], **fields))["Location"] == then
