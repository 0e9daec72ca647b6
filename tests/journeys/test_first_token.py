"""Southside asks everybody for a token: who has none yet comes in with an access pass."""

import pytest
from playwright.sync_api import expect

from tests.cast import issue_pass

from .walks import (
    button,
    expect_mistake,
    expect_success,
    heading,
    link,
    log_in,
    log_out,
    row_of,
    save_nickname,
)


@pytest.fixture
def caras_pass(cast):
    return issue_pass(cast.cara)


def enter_pass(page, code):
    page.get_by_label("Access pass", exact=True).fill(code)
    button(page, "Use this pass").click()


def test_a_person_without_a_token_is_told_what_to_do(page, cast):
    log_in(page, cast.eve)
    expect(heading(page, "You need a FIDO2 token to go on")).to_be_visible()
    expect(page.get_by_text("Ask your local administrator to register one")).to_be_visible()
    expect(button(page, "Use this token")).to_have_count(0)


def test_an_access_pass_opens_the_registration_of_the_first_token(page, key, cast, caras_pass):
    log_in(page, cast.cara)
    enter_pass(page, caras_pass.lower().replace("-", " "))
    expect(heading(page, "Register New Token")).to_be_visible()
    key.insert(page)
    button(page, "OK").click()
    save_nickname(page, "My first")
    expect_success(page, "The token “My first” was registered.")
    expect(row_of(page, "My first")).to_be_visible()
    link(page, "Admin").click()
    expect(heading(page, "Admin")).to_be_visible()
    log_out(page)
    log_in(page, cast.cara)
    button(page, "Use this token").click()
    expect(heading(page, f"Hello, {cast.cara.name}")).to_be_visible()


def test_an_access_pass_opens_nothing_else(page, cast, caras_pass):
    log_in(page, cast.cara)
    enter_pass(page, caras_pass)
    expect(heading(page, "Register New Token")).to_be_visible()
    page.goto("/admin/people/")
    expect(heading(page, "Register New Token")).to_be_visible()


def test_an_access_pass_works_once(page, cast, caras_pass, watch):
    log_in(page, cast.cara)
    enter_pass(page, caras_pass)
    expect(heading(page, "Register New Token")).to_be_visible()
    log_out(page)
    watch.expect(401, "/sign-in/access-pass/")
    log_in(page, cast.cara)
    enter_pass(page, caras_pass)
    expect_mistake(page, "This access pass does not work. It can be used once")
    enter_pass(page, issue_pass(cast.cara))
    expect(heading(page, "Register New Token")).to_be_visible()
