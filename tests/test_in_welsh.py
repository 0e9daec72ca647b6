"""A second language: offered once its catalogue is compiled, chosen by anybody, spoken everywhere.

The catalogue is made here, with Welsh plural forms and each sentence in ⟦brackets⟧: it claims to be
no translation.
"""

from copy import deepcopy

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from tests.doors import Browser, expect, signed_in
from tests.test_every_word_is_translatable import shown, untranslated
from tests.traces import changes, nothing_changes
from tools.words import bring_up_to_date, catalogue_of, gather, missing
from wardkey.people.models import Person

LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
MAIN_PAGES = [
    "/",
    "/sign-in/",
    "/join/",
    "/nowhere/",
    *(f"/guide/{below}" for below in ("", "questions/", "help/", "accessibility/", "video/")),
    *(f"/guide/{below}" for below in ("how-to/register/", "how-to/reset/", "what-is-stored/")),
    *("/guide/choosing/", "/guide/compatibility/", "/guide/check/", "/guide/search/?q=⟦"),
]


@pytest.fixture(scope="module")
def template():
    return gather()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, template):
    """A catalogue that was begun, filled in, and compiled."""
    folder = tmp_path_factory.mktemp("locale")
    assert bring_up_to_date("cy", template, folder, at_most=0) == len(template)
    file = folder / "cy" / "LC_MESSAGES" / "django.po"
    assert not file.with_suffix(".mo").exists()
    filled = catalogue_of("cy", template, folder)
    for message in filled:
        one = message.id[-1] if isinstance(message.id, tuple) else message.id
        whole = isinstance(message.id, tuple)
        message.string = (f"⟦{one}⟧",) * filled.num_plurals if whole else f"⟦{one}⟧"
    with file.open("wb") as out:
        write_po(out, filled)
    assert bring_up_to_date("cy", template, folder, at_most=0) == 0
    return folder


@pytest.mark.parametrize(
    ("translated", "lacking"),
    [("⟦%(minutes)s⟧", 0), ("⟦⟧", 0), ("⟦%(munudau)s⟧", 1), ("⟦100%⟧", 1), ("⟦100%%⟧", 0)],
)
def test_a_sentence_that_cannot_be_put_together_is_named_and_not_compiled(
    translated, lacking, tmp_path, capsys
):
    """Each page with it would be a fault."""
    template = Catalog(fuzzy=False)
    template.add("in %(minutes)s minutes")
    begun = Catalog(locale="cy", fuzzy=False)
    begun.add("in %(minutes)s minutes", translated)
    place = tmp_path / "cy" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.po").open("wb") as out:
        write_po(out, begun)
    assert bring_up_to_date("cy", template, tmp_path, at_most=0) == lacking
    assert (place / "django.mo").exists() == (not lacking)
    assert (translated in capsys.readouterr().out) == bool(lacking)


@pytest.fixture
def welsh(folder, settings):
    settings.LOCALE_PATHS = [str(folder)]
    settings.LANGUAGES = LANGUAGES


def chosen(browser, language, **more):
    return browser.submit("/language/", language=language, **more)


def test_english_alone_offers_no_other_and_says_which_it_is(cast):
    page = expect(200, Browser().get("/guide/", headers={"accept-language": "cy"})).text
    assert '<html lang="en-GB">' in page
    assert "Cymraeg" not in page
    with nothing_changes():
        expect(400, chosen(Browser(), "cy"))


def test_the_main_pages_are_in_welsh_and_nothing_is_left_in_english(cast, welsh):
    visitor, asha = Browser(), signed_in(cast.asha)
    for browser in (visitor, asha):
        expect(302, chosen(browser, "cy"))
    left = {}
    for browser, addresses in (
        (visitor, MAIN_PAGES),
        (asha, ["/", "/admin/", "/admin/people/?q=ben", "/me/keys/", "/me/logins/"]),
    ):
        for address in addresses:
            page = browser.get(address)
            assert '<html lang="cy">' in page.text, address
            assert page["Content-Language"] == "cy"
            left[address] = set(untranslated(shown(page.text))) - {"English", "IPv"}
    assert {address: words for address, words in left.items() if words} == {}


def test_it_is_chosen_on_any_page_and_kept(cast, welsh):
    browser = Browser()
    page = expect(200, browser.get("/guide/questions/?from=here")).text
    assert 'lang="cy"' in page
    assert 'name="next" value="/guide/questions/?from=here"' in page
    answer = expect(302, chosen(browser, "cy", next="/guide/questions/"))
    assert answer["Location"] == "/guide/questions/"
    cookie = browser.cookies["__Host-language"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert "⟦" in browser.get("/guide/").text
    expect(302, chosen(browser, "en-gb", next="//evil.example/"))
    assert "⟦" not in browser.get("/guide/", headers={"accept-language": "cy"}).text
    with nothing_changes():
        expect(400, chosen(browser, "de"))
    assert not changes("person.language_chosen")


def test_whoever_is_logged_in_gets_mail_in_it_too(cast, welsh):
    asha = signed_in(cast.asha)
    expect(302, chosen(asha, "cy"))
    assert Person.objects.get(pk=cast.asha.pk).language == "cy"
    with nothing_changes():
        expect(302, chosen(asha, "cy"))
    [entry] = changes("person.language_chosen")
    assert (entry.old, entry.new) == ({"language": "en-gb"}, {"language": "cy"})


def test_what_was_translated_stays_when_sentences_change(folder, template):
    template = deepcopy(template)
    template.add("A sentence of tomorrow")
    catalog = catalogue_of("cy", template, folder)
    assert [message.id for message in missing(catalog)] == ["A sentence of tomorrow"]
    assert catalog.num_plurals > 2
