"""Which passwords may be chosen, and a list of breached ones that is asked without telling it."""

import hashlib
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator

from tests.cast import PASSWORD
from tests.doors import Browser, expect, is_signed_in, signed_in
from tests.newcomers import NEW_PASSWORD, added, join, slip_for
from tests.traces import nothing_changes
from wardkey.people.models import ContactPoint
from wardkey.people.passwords import encode

CHANGE = "/me/password/"


def change(browser, new, present=PASSWORD):
    return browser.submit(CHANGE, present=present, password=new)


@pytest.mark.parametrize(
    "password",
    [
        "ten signs!",
        "x" * 64 + "y" * 64,
        "  spaces around it  ",
        "no figures no capitals",
        "8305917264 40318",
        "пароль из четырёх слов",
        "🔑🐎🔋📎🌂🫖🪴🧦🪣🧲",
        "zwölf schöne Häuser",
    ],
)
def test_any_kind_of_character_will_do(cast, password):
    browser = signed_in(cast.ben)
    expect(302, change(browser, password))
    expect(302, Browser().enter_password(cast.ben, password))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("nine sign", "10 characters or more"),
        ("", "10 characters or more"),
        ("x" * 65 + "y" * 64, "128 characters or fewer"),
        ("basketball", "Many people have this password"),
        ("Password2026!", "Many people have this password"),
        ("...Lovely 1234", "Many people have this password"),
        ("ＰＡＳＳＷＯＲＤ１２３", "Many people have this password"),
        ("carter and the kettle", "must not contain your name"),
        ("the Cártér kettle", "must not contain your name"),
        ("bencarter2 kettle", "must not contain your name"),
        ("old nickname bravo77", "must not contain your name"),
        ("Ward-Key kettle", "must not contain the name of this service"),
        (PASSWORD, "the password that you have"),
    ],
)
def test_what_others_would_guess_first_is_refused(cast, password, words):
    ContactPoint.objects.create(person=cast.ben, value="bravo77@elsewhere.example")
    browser = signed_in(cast.ben)
    with nothing_changes():
        page = expect(400, change(browser, password)).content.decode()
    assert words in page
    assert password not in page or not password
    assert is_signed_in(browser)


def test_short_parts_of_a_name_are_everybody_s(cast):
    """Ben may have a bench in his."""
    expect(302, change(signed_in(cast.ben), "a bench in the harbour"))


def test_the_list_on_board_is_django_s():
    assert len(CommonPasswordValidator().passwords) > 15_000


def test_the_same_letters_from_another_keyboard_are_the_same_password(cast):
    composed = unicodedata.normalize("NFC", "vier schöne Häuser")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    expect(302, change(signed_in(cast.ben), decomposed))
    expect(302, Browser().enter_password(cast.ben, composed))
    expect(302, Browser().enter_password(cast.ben, decomposed))


def test_length_is_counted_in_letters_as_they_are_seen(cast):
    """Ten letters e with an accent are twenty code points where the accents stand apart."""
    five = unicodedata.normalize("NFD", "é" * 5)
    assert len(five) == 10
    expect(400, change(signed_in(cast.ben), five))


def test_a_newcomer_chooses_by_the_same_rules(cast):
    asha = signed_in(cast.asha)
    code = slip_for(asha, added(asha))
    page = expect(400, join(code, "Password2026!")).content.decode()
    assert "Many people have this password" in page
    expect(302, join(code, NEW_PASSWORD))


# -- breached passwords


class List(BaseHTTPRequestHandler):
    """A list as such services keep it, on this machine."""

    breached = hashlib.sha1(b"stolen from elsewhere").hexdigest().upper()
    asked: list = []
    answer = None

    def do_GET(self):
        self.asked.append((self.path, self.headers["Add-Padding"]))
        status, body, where = self.answer or (200, self.lines(), None)
        self.send_response(status)
        if where:
            self.send_header("Location", where)
        self.end_headers()
        self.wfile.write(body)

    def lines(self):
        padded = hashlib.sha1(b"only there as padding").hexdigest().upper()
        rest = {self.breached[5:]: 12, padded[5:]: 0, "0" * 35: 3}
        return "\r\n".join(f"{each}:{seen}" for each, seen in rest.items()).encode()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def breached_list(settings):
    List.asked, List.answer = [], None
    server = ThreadingHTTPServer(("127.0.0.1", 0), List)
    settings.BREACHED_PASSWORDS_URL = f"http://127.0.0.1:{server.server_port}/range/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield List
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_breached_password_is_refused_and_the_list_learns_five_characters(cast, breached_list):
    browser = signed_in(cast.ben)
    with nothing_changes():
        page = expect(400, change(browser, "stolen from elsewhere")).content.decode()
    assert "stolen from another service" in page
    assert breached_list.asked == [(f"/range/{breached_list.breached[:5]}", "true")]
    expect(302, change(browser, "only there as padding"))


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"", None),
        (404, b"", None),
        (302, b"", "/elsewhere/"),
        (200, b"x" * (1024 * 1024 + 1), None),
        (200, "ü".encode(), None),
    ],
    ids=["an error", "not there", "elsewhere", "too large", "not as agreed"],
)
def test_a_list_that_does_not_answer_takes_no_password_and_uses_nothing_up(
    cast, breached_list, answer
):
    asha = signed_in(cast.asha)
    code = slip_for(asha, added(asha))
    breached_list.answer = answer
    with nothing_changes():
        away = expect(503, change(asha, NEW_PASSWORD))
        assert "cannot be looked up" in away.content.decode()
        assert away["Retry-After"] == "60"
        expect(503, join(code))
    assert len(breached_list.asked) == 2
    breached_list.answer = None
    expect(302, join(code))
    expect(302, change(asha, NEW_PASSWORD))


def test_what_is_refused_anyway_and_who_logs_in_is_never_looked_up(cast, breached_list):
    browser = signed_in(cast.ben)
    expect(400, change(browser, "basketball"))
    expect(401, change(browser, "stolen from elsewhere", present="not the present one"))
    assert breached_list.asked == []


def test_a_hash_is_nowhere_but_in_its_column(cast):
    assert encode("a password") not in str(signed_in(cast.ben).get(CHANGE).content)
