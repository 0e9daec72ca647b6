"""I lost my token, I forgot my PIN: from the login page, for everybody, each step with its link."""

import re

import pytest
from django.test import Client

from tests.doors import Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from wardkey.keys.models import SecurityKey

pytestmark = pytest.mark.looks_only

LOST, PIN = "/sign-in/help/lost/", "/sign-in/help/pin/"
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')


def page_of(browser, address):
    return expect(200, browser.get(address)).content.decode()


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_login_page_leads_to_both_and_to_a_new_password(cast):
    links = LINK.findall(main_of(page_of(Browser(), "/sign-in/")))
    assert {LOST, PIN, "/sign-in/forgotten/"} <= set(links)


@pytest.mark.parametrize("address", [LOST, PIN])
def test_whoever_cannot_log_in_reads_them(db, address, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "What the local administrator does" in page_of(Client(), address)


@pytest.mark.parametrize("address", [LOST, PIN])
def test_each_link_leads_to_a_page_that_is_there(cast, address):
    asha = signed_in(cast.asha)
    links = set(LINK.findall(main_of(page_of(asha, address))))
    assert "/admin/people/" in links
    for link in links:
        expect(200, asha.get(link))


def test_the_steps_of_the_lost_token_are_walked_as_they_stand(cast):
    """Login without the token, report, and the administrator resumes it."""
    _soft_key, row = registered(signed_in(cast.asha), cast.ben)
    steps = LINK.findall(main_of(page_of(Browser(), LOST)))
    login, report = steps[0], steps[1]
    assert Browser().get(report)["Location"] == login
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit(report, key=str(row.pk)))
    assert SecurityKey.objects.get(pk=row.pk).state == "suspended"
    assert not is_signed_in(ben)


def test_pin_and_guide_use_the_same_words(db):
    page = page_of(Client(), PIN)
    for words in ("Security Key PIN", "Reset Security Key", "Proceed", "twice within 10 seconds"):
        assert words in page
