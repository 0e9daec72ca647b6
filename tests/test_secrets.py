"""No secret turns up where it does not belong: logs, tables, mails, addresses, tracebacks."""

import base64
import logging
import re
from pathlib import Path

import pytest
from django.utils.log import AdminEmailHandler

import wardkey.web
from tests.canaries import dump, forms_of, mails, watched
from tests.cast import issue_pass
from tests.checks import checked
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
from tests.factors import allow, make_codes, set_up_app
from tests.forgetful import choose, link_for, slip_for
from tests.guessing import WRONG, guess
from tests.newcomers import added, join
from tests.newcomers import link_for as invitation_for
from tests.newcomers import slip_for as invitation_slip_for
from tests.passes import asked, identity_code, issued, page_of, stop_code
from tests.softkey import SoftKey
from tests.test_handover import CONFIRM, code_mailed
from tests.test_mistakes import what_is_logged
from wardkey.keys.models import SecurityKey
from wardkey.lifecycle.models import Invitation, JoinerCode
from wardkey.notifications import outbox
from wardkey.recovery.models import AccessPass, PasswordReset
from wardkey.sessions.models import Session

pytestmark = pytest.mark.looks_only

TYPED_IN_THE_WRONG_FIELD = "a password typed as a name"
NEW = "lantern orchard bicycle"
# What brings its secret to its owner, who asked for it or waits for it: it works once.
MEANT_TO_CARRY = {
    "invitation",
    "password_link",
    "key_handover_code",
    "identity_code",
    "access_pass_issued",
}


def walk(cast):
    """Through every flow that has a secret, right and wrong. What mails carry, and what was shown
    in a form of its own."""
    allow(cast.south)
    cara = signed_in(cast.cara)
    expect(401, guess(TYPED_IN_THE_WRONG_FIELD, WRONG))
    expect(401, guess(cast.ben.username, "a wrong password of Ben"))
    carried = let_in(cast, cara) | {hand_over(cast, cara), *come_in(cara), *forget(cast)}
    change(cast)
    checked(cara)
    shown = other_factors(cara)
    outbox.deliver_due(at_most=1000)
    return carried, shown


def let_in(cast, cara):
    """A pass after a code that was read out; its holder stops it."""
    page = page_of(cast.eve)
    expect(302, cara.submit(f"{page}code/"))
    read_out = identity_code()
    expect(400, asked(cara, cast.eve, "own_contact", code="8765 4321"))
    issued(cara, cast.eve, "own_contact", code=read_out)
    stops = stop_code()
    expect(200, Browser().submit("/stop-pass/", code=stops))
    return {f"{read_out[:4]} {read_out[4:]}", stops}


def hand_over(cast, cara):
    soft_key, row = registered(cara, cast.eve)
    eve = half_signed_in(cast.eve)
    expect(401, eve.enter_pass("AAAA-BBBB-CCCC-DDDD"))
    expect(401, eve.finish(eve.choose(row), soft_key.sign(eve.choose(row)["public_key"], "x")))
    expect(200, eve.use(soft_key, row))
    expect(401, eve.submit(CONFIRM, code="1234 5678"))
    code = code_mailed()
    expect(302, eve.submit(CONFIRM, code=code))
    expect(302, eve.submit("/sign-out/"))
    return code


def come_in(cara):
    """A newcomer by link, another one by slip with an access pass; somebody who moves."""
    nia = added(cara, "nia@south.example", organisation="SOUTH", email="")
    expect(302, join(invitation_slip_for(cara, nia), NEW))
    expect(200, cara.submit(f"/admin/people/{nia.pk}/access-pass/", checked="in_person"))
    noa = added(cara, "noa@south.example", organisation="SOUTH", name="Noa Novice")
    link = invitation_for(cara, noa)
    expect(401, join("AAAA-AAAA-AAAA-AAAA", NEW))
    browser = Browser()
    expect(302, join(link, NEW, browser=browser))
    browser.register(MINE, SoftKey("of noa"), "Noa’s")
    expect(200, browser.submit("/me/moving/"))
    return {link}


def forget(cast):
    link = link_for(cast.dev)
    expect(401, choose("AAAA-AAAA-AAAA-AAAA", NEW))
    expect(400, choose(link, "short one"))
    expect(302, choose(link, "teapot gravel window"))
    expect(302, choose(slip_for(signed_in(cast.hal), cast.ben), "marble ladder pigeon"))
    return {link}


def change(cast):
    asha = signed_in(cast.asha)
    expect(401, asha.submit("/me/password/", present="not her password", password=NEW))
    expect(302, asha.submit("/me/password/", present="wardkey-demo-only", password=NEW))


def other_factors(cara):
    return {set_up_app(cara), *make_codes(cara)}


def test_pr01_pr09_au10_no_secret_turns_up_where_it_does_not_belong(cast, monkeypatch, capfd):
    with watched(monkeypatch) as watch:
        watch.noted["mailed"], watch.noted["shown otherwise"] = walk(cast)
    watch.noted["typed as username"] = {TYPED_IN_THE_WRONG_FIELD}
    places = {
        "logs": "\n".join(watch.logged),
        "output": "".join(capfd.readouterr()),
        "tables": dump(),
        "addresses": "\n".join(watch.addresses),
        **{f"mail {kind}": text for kind, text in mails().items() if kind not in MEANT_TO_CARRY},
    }
    assert len(watch.logged) > 10
    assert len(places["tables"]) > 50_000
    assert {kind for kind, found in watch.noted.items() if found} == KINDS
    leaks = {
        (place, kind, secret)
        for place, text in places.items()
        for kind, found in watch.noted.items()
        for secret in found
        for form in forms_of(secret)
        if form in text
    }
    assert leaks == set()
    for kind in MEANT_TO_CARRY:
        assert any(code in mails()[kind] for code in watch.noted["mailed"]), kind


KINDS = {
    "typed as password",
    "typed as present",
    "typed as access_pass",
    "typed as code",
    "session",
    "csrf",
    "shown csrf",
    "shown code",
    "challenge",
    "typed as username",
    "shown otherwise",
    "mailed",
}


def test_pr09_a_mail_is_plain_names_the_service_and_no_key_and_follows_nobody(cast, settings):
    walk(cast)
    keys = list(SecurityKey.objects.all())
    sent = mails()
    assert len(sent) > 12
    for kind, text in sent.items():
        assert settings.SERVICE_NAME in text, kind
        assert "<" not in text, "plain text: nothing to load, nothing that tells who read it"
        for link in re.findall(r"\w+://\S+", text):
            assert link.startswith(f"{ORIGIN}/"), "to the portal itself"
            assert "?" not in link, "nothing that tells who follows it"
            assert kind in MEANT_TO_CARRY
        for key in keys:
            assert str(key.pk) not in text
            assert bytes(key.credential_id).hex() not in text


def test_pr06_a_stolen_dump_opens_nothing(cast):
    """Each value of what is kept about a secret, tried in place of that secret."""
    asha = signed_in(cast.asha)
    invitation_slip_for(asha, added(asha))
    slip_for(asha, cast.ben)
    link_for(cast.dev)
    issue_pass(cast.eve)
    eve = half_signed_in(cast.eve)
    sessions = live_sessions()
    for value in values_of(Session):
        thief = Browser()
        thief.cookies["__Host-session"] = value
        assert thief.get(MINE)["Location"].startswith("/sign-in/")
    for value in values_of(Invitation, JoinerCode):
        expect(401, join(value, NEW))
    for value in values_of(PasswordReset):
        expect(401, choose(value, NEW))
    for value in values_of(AccessPass):
        assert eve.enter_pass(value).status_code in {401, 429}
    assert live_sessions() == sessions


def live_sessions():
    return set(Session.objects.filter(ended_at=None).values_list("pk", flat=True))


def values_of(*models):
    found = set()
    for model in models:
        for row in model.objects.values_list():
            for value in row:
                found |= written_as(value)
    return sorted(found)


def written_as(value):
    """Text as it is; bytes as people write them."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return {raw.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    return {str(value)} if re.fullmatch(r"[\w-]{16,}", str(value)) else set()


@pytest.fixture
def faulty(settings):
    """Each of these makes a fault of ours, far down: what they are set to cannot be."""
    settings.NAMES_AN_ADDRESS = None
    settings.BREACHED_PASSWORDS_URL = 5


def test_pr02_a_fault_of_ours_is_logged_without_what_was_typed(cast, faulty):
    asha, stranger = signed_in(cast.asha), Browser()
    asha.raise_request_exception = stranger.raise_request_exception = False
    with what_is_logged() as lines:
        expect(500, guess(cast.ben.username, "typed before the fault", browser=stranger))
        expect(500, asha.submit("/me/password/", present="wardkey-demo-only", password=NEW))
        expect(500, choose("AAAA-BBBB-CCCC-DDDD", NEW, browser=stranger))
    written = lines.getvalue()
    assert written.count("Traceback") >= 3
    for typed in ("typed before the fault", "wardkey-demo-only", NEW, "AAAA-BBBB-CCCC-DDDD"):
        assert typed not in written


def test_pr02_nothing_sends_a_fault_with_its_variables_anywhere(settings):
    """No report with the variables of each frame is made: not as a page, not by mail."""
    assert not settings.DEBUG
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    handlers = [handler for each in loggers for handler in each.handlers]
    assert not any(isinstance(each, AdminEmailHandler) for each in handlers)


def test_pr04_the_log_names_no_credential(cast):
    assert logging.getLogger("fido2").getEffectiveLevel() >= logging.WARNING
    with what_is_logged() as lines:
        soft_key, row = registered(signed_in(cast.asha), cast.ben)
        expect(200, half_signed_in(cast.ben).use(soft_key, row))
        expect(404, signed_in(cast.asha).get(f"{desk_of(cast.eve)}{row.pk}/edit/"))
    raw = bytes(row.credential_id)
    assert "GET edit 404" in lines.getvalue()
    for written in (raw.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("=")):
        assert written not in lines.getvalue()


def test_pr01_no_page_and_no_script_has_a_field_for_a_pin():
    """It is entered in the browser's or the system's window, and never reaches the portal."""
    web = Path(wardkey.web.__file__).parent
    sources = [*web.rglob("*.jinja"), *(web / "static" / "wardkey").glob("*.js")]
    assert len(sources) > 50
    for source in sources:
        assert not re.search(r"""name["']?\s*[:=]\s*["']pin\b""", source.read_text(), re.I), source
