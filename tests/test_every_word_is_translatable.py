"""Every word on the screen and in the mail passes through gettext.

A made-up language puts each message in ⟦brackets⟧. What is left outside them may only be data:
names, nicknames, numbers, dates, references.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.batches import pages_of_batches
from tests.cast import PASSWORD, PEOPLE, issue_pass
from tests.departures import pages_of_departures
from tests.doors import MINE, Browser, desk_of, half_signed_in, registered, signed_in
from tests.factor_pages import pages_of_other_factors, pages_of_passes
from tests.guide_pages import pages_of_the_guide
from tests.newcomers import CODE, added, form_for, invite, join, slip_for, standing_of
from tests.policies import pages_of_policy
from tests.softkey import SoftKey
from tests.test_importing_in_the_portal import pages_of_imports
from tools.words import gather
from wardkey.base import clock
from wardkey.bulk.reading import COLUMNS
from wardkey.web import templating

pytestmark = pytest.mark.looks_only

SHOWN = {"aria-label", "alt", "title", "placeholder", "data-words"}
DATA = [
    r"First key of [A-Z]\w+ [A-Z]\w+",
    *(full_name for full_name, *_rest in PEOPLE.values()),
    *("Northside Hospital", "Northside Ward 7", "Southside Clinic", "NORTH", "SOUTH", "WARD7"),
    "Europe/London",
    r"Nia Newcomer|\b[2-9A-Z]{4}(-[2-9A-Z]{4}){3}\b",  # and the code of an invitation
    r"(https?|chrome)://[^\s⟦⟧]+",
    r"wardkey-station [a-z ]+",
    *("Linux", r"Debian \d+", "Chromium"),
    *(r"\w+@\w+\.example", "Wardkey", "Blue", "Spare", "A browser", r"Token \d"),
    r"\b([A-Z2-7]{4} ){7}[A-Z2-7]{4}\b",  # the seed of an app
    r"\bL[123]\+?",  # a level of certification
    r"\bUSB-[AC]\b|\bLightning\b",  # a plug
    r"\b[0-9a-f]{12}\b",  # a reference
    *(rf"\b{name}\b" for name in (*COLUMNS, "people.csv", "E[0-9]", "nowhere")),  # of a file
    r"\b\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?",  # a date
]


def bracketed(message):
    return tuple(f"⟦{form}⟧" for form in message) if isinstance(message, tuple) else f"⟦{message}⟧"


@pytest.fixture(scope="module")
def made_up_language(tmp_path_factory):
    """A folder with the catalogue of the made-up language, under the name of the usual one."""
    catalog = Catalog(locale="en_GB")
    for message in gather():
        catalog.add(message.id, string=bracketed(message.id))
    folder = tmp_path_factory.mktemp("locale")
    (folder / "en_GB" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "en_GB" / "LC_MESSAGES" / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    return folder


@pytest.fixture
def translated(made_up_language, settings):
    settings.LOCALE_PATHS = [str(made_up_language)]
    templating.translated.cache_clear()
    yield
    templating.translated.cache_clear()


def shown(html):
    """What a person can read or hear on a page."""
    texts, inside = [], []

    def begin(tag, attributes):
        inside[:] = [tag]
        texts.extend(value or "" for name, value in attributes if is_shown(name))

    def keep(text):
        if not {"script", "style"} & set(inside):
            texts.append(text)

    parser = HTMLParser()
    parser.handle_starttag, parser.handle_data = begin, keep
    parser.handle_endtag = lambda _tag: inside.clear()
    parser.feed(html)
    return "\n".join(texts)


def is_shown(attribute):
    return attribute in SHOWN or attribute.startswith("data-i18n")


def outside_brackets(text):
    kept, depth = [], 0
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        kept.append(letter if depth == 0 and letter != "⟧" else "")
    return "".join(kept)


def untranslated(text):
    """The words that are neither in brackets nor data."""
    rest = outside_brackets(text)
    for data in DATA:
        rest = re.sub(data, "", rest)
    return re.findall(r"[^\W\d_]+", rest)


def words_of(response):
    text = shown(response.content.decode())
    assert "⟦" in text
    return untranslated(text)


def test_what_is_outside_the_brackets_is_found():
    assert untranslated("⟦Hello ⟦a⟧ b⟧ Ben Carter 7 Oops") == ["Oops"]
    assert untranslated("⟦all⟧ Asha Rao, 3 November 2026, 14:05 0123456789ab") == []


def administrators_pages(cast):
    asha = signed_in(cast.asha)
    row = registered(asha, cast.ben, "Blue")[1]
    person, keys = f"/admin/people/{cast.ben.pk}/", desk_of(cast.ben)
    yield "portal", asha.get("/")
    yield "admin", asha.get("/admin/")
    yield "nobody found", asha.get("/admin/people/", {"q": "zzz"})
    yield "search", asha.get("/admin/people/", {"q": "ben"})
    yield "person", asha.get(person)
    yield "issue a pass", asha.get(f"{person}access-pass/")
    yield "unchecked", asha.submit(f"{person}access-pass/")
    yield "person without keys", asha.get(f"/admin/people/{cast.hal.pk}/")
    yield "keys, with the notice", asha.get(keys)
    yield "no keys", asha.get(desk_of(cast.hal))
    yield "register", asha.get(f"{keys}register/")
    yield "register, refused", asha.name(keys, asha.touch(keys, SoftKey()), "Blue")
    yield "edit", asha.get(f"{keys}{row.pk}/edit/")
    yield "edit, refused", asha.submit(f"{keys}{row.pk}/edit/", nickname="")
    yield "remove", asha.get(f"{keys}{row.pk}/remove/")
    yield "covering", asha.get(desk_of(cast.nina))
    yield "not found", asha.get(desk_of(cast.eve))
    asha.submit(f"{keys}{row.pk}/edit/", nickname="Spare")
    yield "renamed", asha.get(keys)
    yield from states(asha, f"{keys}{row.pk}/")
    asha.submit(f"{keys}{row.pk}/remove/")
    yield "removed", asha.get(keys)
    yield "undo", asha.get(f"{keys}{row.pk}/undo-removal/")
    yield "gone", asha.get(f"{keys}{row.pk}/edit/")
    yield "history", asha.get(f"{person}history/")
    yield "trail", asha.get("/admin/audit/")


def states(asha, key):
    yield "try it now", asha.get(f"{key}try/")
    yield "suspend", asha.get(f"{key}suspend/")
    asha.submit(f"{key}suspend/")
    yield "suspended", asha.get(key.rsplit("/", 2)[0] + "/")
    yield "suspended already", asha.submit(f"{key}suspend/")
    yield "resume", asha.get(f"{key}resume/")
    asha.submit(f"{key}resume/")
    yield "stolen, without a moment", asha.submit(f"{key}remove/", reason="stolen")
    yield "what it opened", asha.get(f"{key}sign-ins/")


def pages_of_a_login(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben, "Blue")
    ben = half_signed_in(cast.ben)
    yield "login", Browser().get("/sign-in/")
    yield "login, refused", Browser().enter_password(cast.ben, "wrong")
    yield "first page", Browser().get("/")
    yield "choose a token", ben.get("/sign-in/key/")
    yield "report one as lost", ben.get("/sign-in/key/lost/")
    ben.use(soft_key, row)
    yield "logged in", ben.get("/")
    ben.submit("/sign-out/")
    yield "logged out", ben.get("/")
    eve = half_signed_in(cast.eve)
    yield "no token", eve.get("/sign-in/key/")
    yield "none to report", eve.get("/sign-in/key/lost/")
    yield "pass, refused", eve.enter_pass("wrong")
    yield from confirmation(cast)
    eve.enter_pass(issue_pass(cast.eve))
    yield "register the first", eve.get(f"{MINE}register/")
    yield "csrf", Browser().post("/sign-in/", {"username": "x"})


def confirmation(cast):
    soft_key, row = registered(signed_in(cast.cara), cast.eve, "Spare")
    eve = half_signed_in(cast.eve)
    eve.use(soft_key, row)
    yield "confirm", eve.get("/sign-in/confirm/")
    yield "confirm, refused", eve.submit("/sign-in/confirm/", code="1")


def own_pages(cast):
    eve = signed_in(cast.eve)
    row = cast.eve.keys.get()
    yield "own keys", eve.get(MINE)
    yield "own edit", eve.get(f"{MINE}{row.pk}/edit/")
    yield "own remove", eve.get(f"{MINE}{row.pk}/remove/")
    yield "report lost", eve.get(f"{MINE}{row.pk}/lost/")
    yield "what it opened", eve.get(f"{MINE}{row.pk}/sign-ins/")
    yield "own last key", eve.submit(f"{MINE}{row.pk}/remove/")
    yield "with the password alone", signed_in(cast.ben).get(MINE)


def lifecycle_pages(cast):
    asha = signed_in(cast.asha)
    yield "add", asha.get("/admin/people/add/")
    yield "add, refused", asha.submit("/admin/people/add/", **form_for("ben@north.example"))
    nia = added(asha, starts=clock.today("Europe/London") + timedelta(days=9))
    yield "invite", asha.get(f"/admin/people/{nia.pk}/invitation/")
    yield "slip", (slip := invite(asha, nia, "slip"))
    yield "standing", asha.get(standing_of(nia))
    yield "found", asha.get("/admin/people/?q=nia")
    yield "suspend", asha.get(f"/admin/people/{nia.pk}/suspend/")
    yield "too early", Browser().submit("/join/", code=CODE.search(slip.content.decode()).group())
    asha.submit(f"/admin/people/{nia.pk}/suspend/")
    yield "suspended", asha.get(standing_of(nia))
    yield "join", Browser().get("/join/")
    code = slip_for(asha, added(asha, "n2@north.example"))
    yield "choose a password", Browser().submit("/join/", code=code)
    yield "choose another password", join(code, password="short")


ALL_PAGES = [
    administrators_pages,
    pages_of_a_login,
    pages_of_other_factors,
    pages_of_passes,
    own_pages,
    lifecycle_pages,
    pages_of_departures,
    pages_of_imports,
    pages_of_batches,
    pages_of_policy,
    pages_of_the_guide,
]


@pytest.mark.parametrize("pages", ALL_PAGES)
def test_every_word_of_a_page_is_translatable(cast, translated, pages):
    found = {name: words_of(response) for name, response in pages(cast)}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_word_of_a_problem_is_translatable(cast, translated):
    problem = Browser().call(f"{MINE}register/challenge/").json()
    assert untranslated(problem["title"] + problem["detail"]) == []


def test_the_password_shows_the_way_in_that_language_too(cast, translated):
    browser = Browser()
    browser.enter_password(cast.ben, PASSWORD)
    assert "⟦Hello, Ben Carter⟧" in browser.get("/").content.decode()


def test_two_per_cent_signs_are_one_and_what_is_put_in_is_escaped():
    """As in Jinja's own, whether something is put in or not."""
    assert templating.said("100 %% of all") == "100 % of all"
    assert templating.said("%(number)s %% of %(name)s", number=5, name="<b>") == "5 % of &lt;b&gt;"
    assert templating.said("All of them") == "All of them"
