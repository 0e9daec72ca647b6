"""What is good for once in people's hands, made ready. Each function returns how it is sent in:
whoever calls that gets the status, and of many who do one is let through (single_use.py).

ONCE   each, and by what those who came through are counted: an event of the trail, or a status

Where a session is good for once itself, or holds the proof, each is sent by a session of its own.
What programs have is in good_once_for_programs.py.
"""

from datetime import timedelta
from functools import cache, partial

from tests import batches, checks
from tests.cast import issue_pass
from tests.departures import joiner_code_of, mark_leaver
from tests.doors import Browser, desk_of, expect, registered_now
from tests.factors import OTHERWISE, allow, code_of, make_codes, set_up_app
from tests.forgetful import CHOOSE
from tests.forgetful import slip_for as password_slip_for
from tests.logins import (
    AT_ONCE,
    NUMBERS,
    at_browser,
    each_from,
    half_way,
    key_of,
    origin,
    proved,
    signed,
    somebody,
    touched,
)
from tests.newcomers import NEW_PASSWORD, added, slip_for
from tests.passes import asked, identity_code, newest_request, page_of, stop_code, vouch
from tests.served import called, submitted
from tests.softkey import SoftKey
from tests.test_handover import CONFIRM, code_mailed
from wardkey.audit import log
from wardkey.base import clock
from wardkey.organisations.models import Organisation
from wardkey.people.administrators import Act
from wardkey.people.models import Person, Role
from wardkey.people.roles import grant_role
from wardkey.sessions.models import DeskSession, Session

# -- logging in


def an_access_pass(cast, port):
    eve = somebody(cast.south)
    address, code = "/sign-in/access-pass/", issue_pass(eve)
    return each_from(partial(half_way, eve), port, address, access_pass=code)


def an_answer_of_a_token(cast, port):
    soft_key, row = key_of(cast.dev)
    dev = half_way(cast.dev)
    return partial(called, port, dev, "/sign-in/key/", **signed(dev.choose(row), soft_key, port))


def a_recovery_code(cast, port):
    eve = somebody(others_allowed(cast.south))
    code = make_codes(at_browser(eve))[0]
    return each_from(partial(half_way, eve), port, OTHERWISE, way="recovery", code=code)


def a_code_of_an_app(cast, port):
    eve = somebody(others_allowed(cast.south))
    code = code_of(set_up_app(at_browser(eve)), after=30)  # it holds for a minute more at least
    return each_from(partial(half_way, eve), port, OTHERWISE, way="app", code=code)


@cache
def others_allowed(organisation: Organisation) -> Organisation:
    allow(organisation)
    return organisation


def a_proof_that_it_is_they(cast, port):
    soft_key, row = key_of(cast.dev)
    dev = at_browser(cast.dev, key_id=row.pk)
    deed = {"act": Act.SET_UP_FACTORS.value, "about": str(cast.dev.pk)}
    begun = expect(200, dev.begin_to_prove(deed, row)).json()
    return partial(called, port, dev, "/sign-in/again/", **signed(begun, soft_key, port))


def an_answer_after_a_rest(cast, port):
    soft_key, row = key_of(cast.dev)
    dev = at_browser(cast.dev, key_id=row.pk)
    long_ago = clock.now() - timedelta(hours=2)
    Session.objects.filter(pk=dev.session.pk).update(last_seen_at=long_ago)
    begun = expect(200, dev.call("/sign-in/go-on/challenge/")).json()
    return partial(called, port, dev, "/sign-in/go-on/", **signed(begun, soft_key, port))


# -- registering, and handing over


def an_answer_of_a_new_token(cast, port):
    asha, desk = at_browser(cast.asha), desk_of(somebody(cast.north))
    begun = asha.begin(desk)
    made = SoftKey().register(begun["public_key"], origin(port))
    own = {"registration_id": begun["registration_id"]}
    return partial(called, port, asha, f"{desk}register/answer/", **own, credential=made)


def a_registration(cast, port):
    asha, desk = at_browser(cast.asha), desk_of(somebody(cast.north))
    told = {"registration_id": touched(asha, desk, port), "nickname": "Blue"}
    return partial(submitted, port, asha, f"{desk}register/", **told)


def a_place_in_a_batch(cast, port):
    asha, ben = at_browser(cast.asha), somebody(cast.north)
    where = batches.desk_at(batches.batch_for(asha, ben), ben)
    told = {"registration_id": touched(asha, desk_of(ben), port), "nickname": "Blue"}
    return partial(called, port, asha, f"{where}keep/", **told, serial_number="")


def the_last_place_of_a_desk_session(cast, port):
    asha = proved(cast.asha, Act.OPEN_DESK_SESSION, cast.north)
    expect(302, asha.submit("/admin/desk-session/open/", for_whom="anybody"))
    DeskSession.objects.filter(session=asha.session).update(served=49)
    long_ago = clock.now() - timedelta(hours=1)
    Session.objects.filter(pk=asha.session.pk).update(started_at=long_ago)
    desks = iter([desk_of(each) for each in crowd(cast.north)])
    return lambda: called(port, asha, f"{next(desks)}register/challenge/")


@cache
def crowd(organisation: Organisation) -> list[Person]:
    return [somebody(organisation) for _ in range(AT_ONCE)]


def a_code_of_a_handover(cast, port):
    eve = somebody(cast.south)
    soft_key, row = registered_now(at_browser(cast.cara), eve, f"Key {next(NUMBERS)}")
    browser = half_way(eve)
    expect(200, browser.use(soft_key, row))
    return partial(submitted, port, browser, CONFIRM, code=code_mailed())


def a_try_at_the_desk(cast, port):
    cara, eve = at_browser(cast.cara), somebody(cast.south)
    soft_key, row = registered_now(cara, eve, f"Key {next(NUMBERS)}")
    address = f"{desk_of(eve)}{row.pk}/try/"
    begun = expect(200, cara.call(f"{address}challenge/")).json()
    return partial(called, port, cara, address, **signed(begun, soft_key, port))


def the_first_half_of_a_check(cast, port):
    dev = at_browser(cast.dev)
    half = checks.begun(dev)
    made = SoftKey().register(half["public_key"], origin(port))
    own = {"check_id": half["check_id"], "credential": made}
    return partial(called, port, dev, f"{checks.CHECK}registration/", **own)


def the_second_half_of_a_check(cast, port):
    dev, soft_key = at_browser(cast.dev), SoftKey()
    half = checks.second_half(dev, soft_key)
    made = soft_key.sign(half["public_key"], origin(port))
    own = {"check_id": half["check_id"], "credential": made}
    return partial(called, port, dev, f"{checks.CHECK}sign-in/", **own)


# -- joining, moving, a new password


def an_invitation(cast, port):
    asha = at_browser(cast.asha)
    code = slip_for(asha, added(asha, f"nia{next(NUMBERS)}@north.example"))
    return partial(submitted, port, Browser(), "/join/", code=code, password=NEW_PASSWORD)


def a_code_of_a_mover(cast, port):
    ben = somebody(cast.north)
    code = joiner_code_of(at_browser(ben))
    expect(302, mark_leaver(at_browser(cast.asha), ben))
    told = {"code": code, "organisation": "SOUTH", "confirmed": "yes"}
    return partial(submitted, port, at_browser(cast.cara), "/admin/people/take-on/", **told)


def a_slip_for_a_password(cast, port):
    ben = somebody(cast.north)
    code = password_slip_for(proved(cast.asha, Act.RESET_PASSWORDS, ben), ben)
    return partial(submitted, port, Browser(), CHOOSE, code=code, password=NEW_PASSWORD)


# -- passes


def a_proof_for_one_deed(cast, port):
    ben = somebody(cast.north)
    asha = proved(cast.asha, Act.ISSUE_PASSES, ben)
    return partial(submitted, port, asha, page_of(ben), checked="in_person")


def a_code_read_out(cast, port):
    ben = somebody(cast.north)
    expect(302, proved(cast.asha, Act.ISSUE_PASSES, ben).submit(f"{page_of(ben)}code/"))
    told = {"checked": "own_contact", "code": identity_code()}
    return each_from(partial(proved, cast.asha, Act.ISSUE_PASSES, ben), port, page_of(ben), **told)


def an_answer_of_a_colleague(cast, port):
    soft_key, row = key_of(cast.dev)
    ben = somebody(cast.north)
    asha, address = proved(cast.asha, Act.ISSUE_PASSES, ben), f"{page_of(ben)}vouch/"
    whose = {"colleague": cast.dev.username, "key_id": str(row.pk)}
    begun = expect(200, asha.call(f"{address}challenge/", **whose)).json()
    return partial(called, port, asha, address, **signed(begun, soft_key, port))


def a_word_of_a_colleague(cast, port):
    dev, ben = at_browser(cast.dev), somebody(cast.north)
    dev.own_key = key_of(cast.dev)
    asha = proved(cast.asha, Act.ISSUE_PASSES, ben)
    expect(200, vouch(asha, ben, dev, cast.dev.username))
    return partial(submitted, port, asha, page_of(ben), checked="colleague")


def a_pass_to_approve(cast, port):
    hal = a_pass_asked_for(cast)
    told = {"step": "approve", "request": newest_request()}
    return each_from(partial(proved, cast.priya, Act.ISSUE_PASSES, hal), port, page_of(hal), **told)


def a_pass_asked_for(cast) -> Person:
    hal = somebody(cast.north)
    whole = {"organisation": cast.north, "with_those_below": False, "by": log.SYSTEM}
    grant_role(person=hal, role=Role.HELPDESK, **whole)
    expect(302, asked(proved(cast.root, Act.ISSUE_PASSES, hal), hal))
    return hal


def an_approved_pass(cast, port):
    hal = a_pass_asked_for(cast)
    approves = proved(cast.priya, Act.ISSUE_PASSES, hal)
    told = {"step": "approve", "request": newest_request()}
    expect(302, approves.submit(page_of(hal), **told))
    shown = partial(proved, cast.root, Act.ISSUE_PASSES, hal)
    return each_from(shown, port, page_of(hal), step="show")


def a_code_that_stops_a_pass(cast, port):
    issue_pass(somebody(cast.south))
    return partial(submitted, port, Browser(), "/stop-pass/", code=stop_code())


ONCE = {
    an_access_pass: "access_pass.used",
    an_answer_of_a_token: "sign_in.succeeded",
    a_recovery_code: "recovery_code.used",
    a_code_of_an_app: "sign_in.succeeded",
    a_proof_that_it_is_they: "step_up.succeeded",
    an_answer_after_a_rest: "session.resumed",
    an_answer_of_a_new_token: 200,
    a_registration: "key.registered",
    a_place_in_a_batch: "key.registered",
    the_last_place_of_a_desk_session: 200,
    a_code_of_a_handover: "key.handed_over",
    a_try_at_the_desk: "key.handed_over",
    the_first_half_of_a_check: 200,
    the_second_half_of_a_check: 200,
    an_invitation: "invitation.accepted",
    a_code_of_a_mover: "person.taken_on",
    a_slip_for_a_password: "password.reset",
    a_proof_for_one_deed: "access_pass.issued",
    a_code_read_out: "access_pass.issued",
    an_answer_of_a_colleague: "identity.vouched_for",
    a_word_of_a_colleague: "access_pass.issued",
    a_pass_to_approve: "access_pass.approved",
    an_approved_pass: "access_pass.issued",
    a_code_that_stops_a_pass: "access_pass.stopped",
}
