"""The procedures of the guide, walked as they stand there: what a step names is pressed.

What the guide does in the browser's own window, the virtual key does. Beside the steps stands here
what a person must see after them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Cast, issue_pass
from wardkey.guide.first_steps import OPEN
from wardkey.guide.for_administrators import EDIT, REGISTER, REMOVE
from wardkey.guide.for_holders import FIRST_TOKEN, RENAME_OWN, REPORT_LOST, USE
from wardkey.guide.procedures import PROCEDURES
from wardkey.guide.steps import Procedure, Reader, Sample

from .guide_walk import Walk
from .people import registered_key
from .walks import (
    WAITING_FOR_KEY,
    button,
    expect_success,
    heading,
    log_in,
    log_out,
    row_of,
    step,
)

pytestmark = pytest.mark.looks_only

BLUE, WARD_7 = "Blue key", "Ward 7, blue"
Seen = Callable[[Page, Cast], None]


def samples_for(procedure: Procedure, cast: Cast) -> dict[Sample, str]:
    who = cast.asha if procedure.reader is Reader.ADMINISTRATOR else cast.ben
    if procedure is FIRST_TOKEN:
        who = cast.eve
    return {
        Sample.USERNAME: who.username,
        Sample.PASSWORD: PASSWORD,
        Sample.ACCESS_PASS: issue_pass(cast.eve),
        Sample.HOLDER: cast.ben.name,
        Sample.NICKNAME: BLUE,
        Sample.OTHER_NICKNAME: WARD_7,
    }


def headed(words: str) -> Seen:
    def seen(page: Page, cast: Cast) -> None:
        wanted = page.get_by_role("heading", name=words.format(cast=cast))
        expect(wanted.first).to_be_visible()

    return seen


def what_comes_next(page: Page, cast: Cast) -> None:
    expect(page.get_by_text("At least 4 characters; six digits are better")).to_be_visible()


def waiting_for_key(page: Page, cast: Cast) -> None:
    expect(page.get_by_role("status")).to_have_text(WAITING_FOR_KEY)


def registered(page: Page, cast: Cast) -> None:
    expect_success(page, f"The token “{BLUE}” was registered.")
    expect(row_of(page, BLUE)).to_contain_text(f"by {cast.asha.name}")


def usable(page: Page, cast: Cast) -> None:
    log_out(page)
    log_in(page, cast.ben)
    expect(page.get_by_role("radio", name=BLUE, exact=True)).to_be_checked()
    button(page, "Use this token").click()
    expect(heading(page, f"Hello, {cast.ben.name}")).to_be_visible()


def listed(page: Page, cast: Cast) -> None:
    expect(row_of(page, BLUE)).to_be_visible()


def renamed(page: Page, cast: Cast) -> None:
    expect_success(page, f"The token is now called “{WARD_7}”.")
    expect(row_of(page, WARD_7)).to_be_visible()
    expect(row_of(page, BLUE)).to_have_count(0)


def removed(page: Page, cast: Cast) -> None:
    expect_success(page, f"The token “{BLUE}” was removed.")
    expect(row_of(page, BLUE)).to_have_count(0)
    expect(page.get_by_text("No FIDO2 token is registered.")).to_be_visible()


def own_registered(page: Page, cast: Cast) -> None:
    expect_success(page, f"The token “{BLUE}” was registered.")
    expect(row_of(page, BLUE)).to_be_visible()


def own_renamed(page: Page, cast: Cast) -> None:
    expect_success(page, f"The token is now called “{WARD_7}”.")
    expect(heading(page, "My FIDO2 tokens")).to_be_visible()


def reported(page: Page, cast: Cast) -> None:
    expect_success(page, "your administrators were told")
    assert cast.ben.keys.get().state == "suspended"


def logged_in(page: Page, cast: Cast) -> None:
    expect_success(page, "You are logged in.")
    expect(heading(page, f"Hello, {cast.ben.name}")).to_be_visible()


SEEN_BEFORE: dict[tuple[str, int], Seen] = {
    (REGISTER.slug, 3): headed("Hello, {cast.asha.name}"),
    (REGISTER.slug, 4): headed("Admin"),
    (REGISTER.slug, 5): headed("User Management"),
    (REGISTER.slug, 6): headed("{cast.ben.name}"),
    (REGISTER.slug, 7): headed("Manage FIDO2 Tokens"),
    (REGISTER.slug, 8): what_comes_next,
    (REGISTER.slug, 9): waiting_for_key,
    (REGISTER.slug, 14): registered,
    (EDIT.slug, 5): listed,
    (REMOVE.slug, 5): listed,
    (REMOVE.slug, 6): headed(f"Remove “{BLUE}” of {{cast.ben.name}}?"),
    (USE.slug, 3): headed("Choose a FIDO2 token"),
}
SEEN_AT_THE_END = {
    REGISTER.slug: usable,
    EDIT.slug: renamed,
    REMOVE.slug: removed,
    USE.slug: logged_in,
    FIRST_TOKEN.slug: own_registered,
    RENAME_OWN.slug: own_renamed,
    REPORT_LOST.slug: reported,
}


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.slug)
def test_the_guide_says_what_the_portal_does(page, key, cast, procedure):
    if procedure.starts_with_token:
        key = registered_key(admin=cast.asha, holder=cast.ben, nickname=BLUE).in_hand()
    looked = []

    def look(number, step, locator):
        looked.append(number)
        SEEN_BEFORE.get((procedure.slug, number), lambda _page, _cast: None)(page, cast)
        if step is OPEN:
            expect_at_top_right(page, locator)

    Walk(page, key, samples_for(procedure, cast), look).through(procedure)

    assert looked == list(range(1, len(procedure.steps) + 1))
    SEEN_AT_THE_END[procedure.slug](page, cast)


def expect_at_top_right(page, locator):
    box = locator.bounding_box()
    assert box["y"] < 100
    assert box["x"] > page.viewport_size["width"] / 2


def test_a_step_that_fails_says_which():
    with pytest.raises(ValueError) as failure, step(9, "insert the security token"):  # noqa: PT011
        raise ValueError
    assert failure.value.__notes__ == ["The guide, step 9: insert the security token"]
