"""Edit and Save Changes: a token gets another nickname."""

import uuid

import pytest

from tests.doors import desk_of, expect, registered, signed_in
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)[1]


def edit_page(holder, key):
    return f"{desk_of(holder)}{key.pk}/edit/"


def test_a_new_nickname_is_kept_recorded_and_in_the_list(cast, asha, blue):
    assert 'value="Blue"' in asha.get(edit_page(cast.ben, blue)).content.decode()
    answer = expect(302, asha.submit(edit_page(cast.ben, blue), nickname=" Green "))
    page = asha.get(answer["Location"]).content.decode()
    assert "The token is now called “Green”." in page
    blue.refresh_from_db()
    assert blue.nickname == "Green"
    [entry] = changes("key.renamed")
    assert (entry.actor["id"], entry.holder) == (str(cast.asha.pk), str(cast.ben.pk))
    assert entry.parameters["key"] == str(blue.pk)


def test_the_same_nickname_again_changes_nothing(cast, asha, blue):
    with nothing_changes():
        expect(302, asha.submit(edit_page(cast.ben, blue), nickname="Blue"))


def test_another_spelling_of_its_own_nickname_is_allowed(cast, asha, blue):
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="BLUE"))
    blue.refresh_from_db()
    assert blue.nickname == "BLUE"


def test_ml32_spaces_that_a_browser_shows_as_one_are_one(cast, asha, blue):
    registered(asha, cast.ben, "My spare")
    for typed in ("My  spare", "My\u00a0spare", "My \u3000\u2003spare"):
        expect(409, asha.submit(edit_page(cast.ben, blue), nickname=typed))
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="My  other\u00a0 spare"))
    blue.refresh_from_db()
    assert blue.nickname == "My other spare"


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 400, "Enter a nickname."),
        ("\u3164", 400, "Enter a nickname."),
        ("\u115f\u1160\uffa0", 400, "Enter a nickname."),
        ("\u2800 \u2800", 400, "Enter a nickname."),
        ("\ufe0f\U000e0100", 400, "Enter a nickname."),
        ("\u200d\u200c", 400, "Enter a nickname."),
        ("\u0301\u034f", 400, "Enter a nickname."),
        ("x" * 65, 400, "64 characters or fewer"),
        ("Gr\x00een", 400, "invisible or control characters"),
        ("Gr\teen", 400, "invisible or control characters"),
        ("Gr\ueeeen", 400, "invisible or control characters"),
        ("SPARE", 409, "already has a token with this nickname"),
        ("Spare\u3164\ufe0f\u200d", 409, "already has a token with this nickname"),
    ],
)
def test_a_bad_nickname_is_refused_with_words_and_kept_in_the_field(
    cast, asha, blue, typed, status, words
):
    registered(asha, cast.ben, "Spare")
    with nothing_changes():
        page = expect(status, asha.submit(edit_page(cast.ben, blue), nickname=typed))
    assert words in page.content.decode()
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="Green"))


@pytest.mark.parametrize(
    "typed", ["👩\u200d⚕\ufe0f", "❤\ufe0f", "क्\u200dष", "می\u200cخواهم", "ᄒᆞᆫ", "!", "7"]
)
def test_a_nickname_of_any_script_is_kept_with_its_joiners(cast, asha, blue, typed):
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname=typed))
    blue.refresh_from_db()
    assert blue.nickname == typed


def test_the_nickname_of_somebody_elses_token_is_free(cast, asha, blue):
    registered(asha, cast.dev, "Dev's")
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="Dev's"))


def test_ml33_a_nickname_is_text_and_no_markup(cast, asha, blue):
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="<i>x</i>{{ 7 * 7 }}"))
    for page in (desk_of(cast.ben), edit_page(cast.ben, blue), f"/admin/people/{cast.ben.pk}/"):
        text = asha.get(page).content.decode()
        assert "&lt;i&gt;x&lt;/i&gt;{{ 7 * 7 }}" in text
        assert "<i>x" not in text


def test_a_token_removed_meanwhile_says_so(cast, asha, blue):
    priya = signed_in(cast.priya)
    expect(302, priya.submit(f"{desk_of(cast.ben)}{blue.pk}/remove/"))
    with nothing_changes():
        page = expect(404, asha.submit(edit_page(cast.ben, blue), nickname="Green"))
    assert "removed meanwhile" in page.content.decode()
    assert last_refusal() == ("act.refused", "", "key_gone")


def test_a_token_of_another_person_is_not_found_at_this_desk(cast, asha, blue):
    with nothing_changes():
        expect(404, asha.submit(edit_page(cast.dev, blue), nickname="Green"))
        expect(404, asha.get(edit_page(cast.dev, blue)))


def test_an_unknown_token_is_not_found(cast, asha):
    with nothing_changes():
        expect(404, asha.submit(f"{desk_of(cast.ben)}{uuid.uuid4()}/edit/", nickname="Green"))


def test_az22_fields_that_the_form_does_not_have_change_nothing(cast, asha, blue):
    more = {"state": "active", "holder": str(cast.dev.pk), "sign_count": "0", "role": "x"}
    with nothing_changes():
        for name, value in more.items():
            fields = {"nickname": "Green", name: value}
            expect(400, asha.submit(edit_page(cast.ben, blue), **fields))
        expect(400, asha.submit(f"{desk_of(cast.ben)}{blue.pk}/remove/", holder="x"))
        begun = asha.touch(desk_of(cast.ben), SoftKey())
        registration = {"registration_id": begun["registration_id"], "nickname": "Red"}
        address = f"{desk_of(cast.ben)}register/"
        expect(400, asha.submit(address, **registration, holder=str(cast.dev.pk)))
    expect(302, asha.submit(address, **registration))
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="Green"))


def test_rc06_of_two_who_rename_at_once_the_last_one_stays_and_both_are_recorded(cast, asha, blue):
    priya = signed_in(cast.priya)
    asha.get(edit_page(cast.ben, blue))
    priya.get(edit_page(cast.ben, blue))
    expect(302, asha.submit(edit_page(cast.ben, blue), nickname="Asha's word"))
    expect(302, priya.submit(edit_page(cast.ben, blue), nickname="Priya's word"))
    assert [entry.actor["id"] for entry in changes("key.renamed")] == [
        str(cast.asha.pk),
        str(cast.priya.pk),
    ]
