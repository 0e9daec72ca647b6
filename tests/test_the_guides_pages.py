"""The guide as a whole: all is found, each link leads somewhere, nothing is from elsewhere."""

from urllib.parse import urldefrag, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.guide_pages import GUIDE, read_all
from wardkey.guide.contents import SECTIONS

pytestmark = [pytest.mark.looks_only, pytest.mark.django_db]


@pytest.fixture(scope="module")
def read(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return {address: page for address, (_answer, page) in read_all().items()}


def addresses_entered():
    for section in SECTIONS:
        for page in section.pages:
            yield page.address
            yield from (below.address for below in page.below)


def test_every_page_that_is_entered_is_reached_from_the_first_one(read):
    entered = {address for address in addresses_entered() if address.startswith(GUIDE)}

    assert entered | {GUIDE} <= set(read)


def test_the_least_windows_is_said_wherever_a_token_is_registered_or_reset():
    client = Client()
    for below in (
        "compatibility/",
        "how-to/register/",
        "how-to/first-token/",
        "questions/no-window/",
    ):
        assert "ersion 2004" in client.get(f"{GUIDE}{below}").content.decode(), below
    for subject in ("change-pin", "reset"):
        page = client.get(f"{GUIDE}how-to/{subject}/windows-10/").content.decode()
        assert "Windows 10, version 2004 or above." in page


def test_each_link_leads_to_a_page_and_to_a_place_on_it(read):
    client, broken = Client(), []
    for page in read.values():
        for link in page.links:
            address, place = urldefrag(link)
            is_there = leads_somewhere(client, address, read)
            if not is_there or (place and address in read and place not in read[address].places):
                broken.append((page.address, link))

    assert broken == []


def leads_somewhere(client, address, read):
    if address in read or urlsplit(address).scheme in {"mailto", "tel", "https"}:
        return True
    if address.startswith("/assets/"):
        return finders.find(address.removeprefix("/assets/")) is not None
    return client.get(address).status_code in {200, 302}


def test_nothing_is_loaded_from_elsewhere_and_all_of_it_is_there(read):
    loaded = {urlsplit(address) for page in read.values() for address in page.loaded}
    files = {address.path.removeprefix("/assets/") for address in loaded}

    assert {address.netloc for address in loaded} == {""}
    assert {name for name in files if finders.find(name) is None} == set()
