"""What stands in a form so that no other site can send it: new on each page, for few questions."""

import os
import re

from django.test import Client

from tests.doors import expect

STANDS = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')
A_FEW = 6  # its mask, its secret, the request's id


def test_pages_differ_in_it_and_are_sent_with_it_in_one_browser(db):
    browser, other = Client(enforce_csrf_checks=True), Client()
    pages = [expect(200, browser.get("/sign-in/")).content.decode() for _ in range(2)]
    values = [STANDS.search(page)[1] for page in pages]
    assert values[0] != values[1]
    for value in values:
        sent = {"username": "nobody@wardkey.example", "password": "wrong"}
        expect(401, browser.post("/sign-in/", {**sent, "csrfmiddlewaretoken": value}))
    expect(200, other.get("/sign-in/"))
    assert len({each.cookies["__Host-csrf"].value for each in (browser, other)}) == 2
    other.handler.enforce_csrf_checks = True
    expect(403, other.post("/sign-in/", {**sent, "csrfmiddlewaretoken": values[0]}))


def test_a_page_asks_the_system_for_random_numbers_a_few_times(db, monkeypatch):
    asked, urandom = [], os.urandom

    def counted(size):
        asked.append(size)
        return urandom(size)

    expect(200, Client().get("/sign-in/"))
    for source in ("os.urandom", "random._urandom"):
        monkeypatch.setattr(source, counted)
    expect(200, Client().get("/sign-in/"))
    assert 2 <= len(asked) <= A_FEW
    assert sum(asked) >= 2 * 16
