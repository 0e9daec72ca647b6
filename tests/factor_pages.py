"""The pages about passes and other ways to log in, each in its states, with a name."""

from tests.cast import decide, issue_pass
from tests.doors import MINE, Browser, half_signed_in, signed_in
from tests.factors import (
    MY_APP,
    MY_CODES,
    MY_FACTORS,
    OTHERWISE,
    allow,
    begin_app,
    code_of,
    otherwise,
)
from tests.passes import newest_request, stop_code


def pages_of_other_factors(cast):
    allow(cast.south)
    eve = half_signed_in(cast.eve)
    yield "no other way", eve.get(OTHERWISE)
    eve.enter_pass(issue_pass(cast.eve))
    yield "an app, with a pass", eve.get(MY_APP)
    eve.submit(MY_APP, code=code_of(begin_app(eve)))
    for address in (MY_FACTORS, MY_APP, MY_CODES, f"{MY_APP}remove/", f"{MY_CODES}remove/"):
        yield address, eve.get(address)
    yield "own keys, with an app", eve.get(MINE)
    begin_app(eve)
    yield "a code, refused", eve.submit(MY_APP, code="1")
    yield "codes", eve.submit(MY_CODES)
    yield "both set up", eve.get(MY_FACTORS)
    whole = signed_in(cast.cara)
    yield "to be taken away", whole.get(f"/admin/people/{cast.eve.pk}/other-factors/")
    eve = half_signed_in(cast.eve)
    yield "another way", eve.get(OTHERWISE)
    yield "another way, refused", otherwise(eve, "app", "1")
    decide(cast.south, authenticator_app="off", recovery_codes="off")
    for address in (MY_FACTORS, MY_APP, MY_CODES):
        yield f"{address} switched off", whole.get(address)


def pages_of_passes(cast):
    asha, person = signed_in(cast.asha), f"/admin/people/{cast.ben.pk}/"
    yield "issue a pass", asha.get(f"{person}access-pass/")
    asha.submit(f"{person}access-pass/code/")
    yield "code sent", asha.get(f"{person}access-pass/")
    yield "not vouched", asha.submit(f"{person}access-pass/", checked="colleague")
    yield "vouch", asha.get(f"{person}access-pass/vouch/")
    yield "nobody vouches", asha.submit(f"{person}access-pass/vouch/", colleague="x")
    decide(cast.north, day_pass="on")
    yield "hours", asha.submit(f"{person}access-pass/", checked="in_person", kind="day")
    yield "issued", asha.submit(f"{person}access-pass/", checked="in_person")
    day = {"checked": "in_person", "kind": "day", "hours": "2"}
    yield "issued for a day", asha.submit(f"{person}access-pass/", **day)
    yield "person with a day pass", asha.get(person)
    waiting = f"/admin/people/{cast.hal.pk}/access-pass/"
    asha.submit(waiting, checked="in_person")
    yield "waits", asha.get(waiting)
    priya = signed_in(cast.priya)
    yield "to approve", priya.get(waiting)
    priya.submit(waiting, step="approve", request=newest_request())
    yield "approved", asha.get(waiting)
    yield "stop", Browser().get("/stop-pass/")
    yield "stop, refused", Browser().submit("/stop-pass/", code="x")
    yield "stopped", Browser().submit("/stop-pass/", code=stop_code())
