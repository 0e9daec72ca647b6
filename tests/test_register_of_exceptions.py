"""The register of exceptions, and who can log in without a token today and why."""

import csv
from datetime import timedelta

import pytest

from tests.cast import decide, issue_pass
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.factors import allow, with_codes, without_keys
from tests.policies import day_fields, in_days
from tests.programs import V1, program
from tests.test_appointing import give
from tests.traces import changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.organisations import tree
from wardkey.people.accounts import move_home
from wardkey.people.models import PolicyException

REGISTER, WITHOUT = "/admin/exceptions/", "/admin/without-token/"
REASON = "The new ones are late"


def page(browser, address=REGISTER, **asked):
    return expect(200, browser.get(address, asked)).content.decode()


def rows(browser, address, where="", **asked):
    answer = expect(200, browser.submit(f"{address}file.csv{where}", **asked))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def make(browser, person, choice="keys_a_person=2", days=30, reason=REASON):
    until = day_fields(in_days(days), name="until")
    fields = {"choice": choice, "reason": reason, **until}
    expect(302, browser.submit(f"/admin/people/{person.pk}/exceptions/make/", **fields))
    return PolicyException.objects.latest("pk")


def end(browser, exception):
    at = f"/admin/people/{exception.person_id}/exceptions/{exception.pk}/end/"
    expect(302, browser.submit(at))


@pytest.fixture
def priya(cast):
    decide(cast.north, keys_a_person=1)
    return signed_in(cast.priya)


def test_the_register_tells_who_why_by_whom_until_when_and_how_it_ended(cast, priya):
    long, short = make(priya, cast.ben, days=40), make(priya, cast.dev, days=5, reason="=Two()")
    ended = make(priya, cast.wil, days=9)
    end(priya, ended)
    olu = signed_in(cast.olu)
    running = page(olu)
    assert running.index("Dev Malik") < running.index("Ben Carter")
    assert "Wil Novak" not in running
    assert "Tokens a person: At most 2" in running
    assert "Priya Nair" in running
    assert "See or end it" not in running
    assert f"/admin/people/{cast.ben.pk}/exceptions/" in page(priya)
    assert "Ended early by" not in page(olu, state="ended")  # Ward 7 is not this auditor’s
    give(cast.olu, "auditor", cast.north)
    hr = program(cast.platform, cast.root, "people:write")
    expect(200, hr.send("patch", f"{V1}/people/{cast.priya.pk}", {"name": "Priya Holm"}))
    told = page(signed_in(cast.olu), state="ended")
    assert "Wil Novak" in told
    assert "Northside Ward 7" in told
    assert "Ended early by Priya Nair (today Priya Holm)" in told
    assert "<bdi>Priya Nair (today Priya Holm)</bdi>" in told
    assert "Dev Malik" not in told
    everything = page(priya, state="all")
    places = [everything.index(name) for name in ("Dev Malik", "Ben Carter", "Wil Novak")]
    assert places == sorted(places)
    assert "Ben Carter" not in page(priya, state="all", of="WARD7")
    by_name = {row["name"]: row for row in rows(priya, REGISTER, state="all")}
    assert by_name["Dev Malik"]["reason"] == "'=Two()"
    assert by_name["Wil Novak"]["approved_by"] == "Priya Nair"
    assert by_name["Wil Novak"]["ended_early_by"] == "Priya Nair"
    assert by_name["Wil Novak"]["allowed_until"] == log.microseconds(ended.ends_at)
    assert by_name["Wil Novak"]["ends_at"] < by_name["Wil Novak"]["allowed_until"]
    [entry] = changes("exceptions.exported")
    assert entry.parameters == {"of": "register", "number": 3, "within": "NORTH"}
    assert len(rows(priya, REGISTER, where="?of=WARD7", state="all")) == 1
    with clock.standing_at(short.ends_at):
        assert page(signed_in(cast.priya), state="ended").count("Ended on its day") == 1
    assert long.ends_at > short.ends_at


def test_only_what_is_in_reach_is_in_it_and_a_move_is_told(cast, priya):
    make(priya, cast.ben)
    cara = signed_in(cast.cara)
    assert "Ben Carter" not in page(cara, state="all")
    for code in ("NORTH", "ABSENT", "PLATFORM"):
        for address in (REGISTER, WITHOUT):
            expect(404, cara.get(address, {"of": code}))
            expect(404, cara.submit(f"{address}file.csv?of={code}"))
    for who in (cast.hal, cast.dev):
        expect(403, signed_in(who).get(REGISTER))
        expect(403, signed_in(who).submit(f"{WITHOUT}file.csv"))
    expect(400, priya.get(REGISTER, {"after": "never 5"}))
    expect(400, priya.get(WITHOUT, {"after": "5", "way": "policy"}))
    move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    told = page(priya)
    assert "Ben Carter" in told
    assert "Does not count" in told
    assert "See or end it" not in told
    assert f"/admin/people/{cast.ben.pk}/" not in told
    assert "Ben Carter" in page(cara)  # it still runs, and counts for nothing there


def test_a_page_leads_to_the_next_until_all_were_seen_once(cast, priya):
    now = clock.now()
    cast.ben.memberships.update(starts_at=now - timedelta(days=99))
    PolicyException.objects.bulk_create(
        PolicyException(
            person=cast.ben,
            organisation=cast.north,
            name="keys_a_person",
            value="2",
            reason=f"Reason {number:03}.",
            approved_by=cast.priya,
            starts_at=now - timedelta(days=90),
            ends_at=now + timedelta(days=number // 2 - 30),
        )
        for number in range(120)
    )
    seen, address = [], f"{REGISTER}?state=all"
    while address:
        told = expect(200, priya.get(address)).content.decode()
        seen += [part[:3] for part in told.split("Reason ")[1:]]
        _before, is_more, rest = told.partition('<p><a href="?')
        address = f"{REGISTER}?{rest.split(chr(34))[0]}".replace("&amp;", "&") if is_more else ""
    assert (len(seen), len(set(seen))) == (120, 120)
    assert {seen[0], seen[-1]} < {"062", "063", "000", "001"}


NORTH = "?of=NORTH"


def names(browser, way):
    found = [row for row in rows(browser, WITHOUT, where=NORTH) if row["way"] == way]
    numbers = page(browser, WITHOUT, of="NORTH")
    assert f"way={way}" in numbers if found else f"way={way}" not in numbers
    shown = page(browser, WITHOUT, way=way, of="NORTH")
    assert all(row["name"] in shown for row in found)
    return {row["name"]: row for row in found}


@pytest.mark.parametrize("small", [tree.SMALL, 0], ids=str)  # at last as in a large branch
def test_who_can_log_in_without_a_token_by_each_way_that_there_is(cast, monkeypatch, small):
    """Northside's policy is optional: only who has or had a token is asked for one."""
    monkeypatch.setattr(tree, "SMALL", small)
    asha, root = signed_in(cast.asha), signed_in(cast.root)
    registered(asha, cast.wil, "Green")  # it waits, and keeps nobody out
    soft_key, key = registered(asha, cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, key))
    assert set(names(root, "policy")) == {
        *(
            "Asha Rao",
            "Priya Nair",
            "Hal Green",
            "Olu Bello",
            "Nina Berg",
            "Wil Novak",
            "Dev Malik",
        ),
    }
    decide(cast.north, second_factor="administrators")
    by_policy = names(root, "policy")
    assert set(by_policy) == {"Dev Malik", "Wil Novak"}  # not Nina, who has a role
    assert by_policy["Wil Novak"]["by"] == "Northside Hospital"
    decide(cast.north, second_factor="everyone")
    assert names(root, "policy") == {}
    exception = make(root, cast.wil, choice="second_factor=administrators")
    assert names(root, "exception")["Wil Novak"]["reason"] == REASON
    decide(cast.platform, **{"second_factor": "everyone", "second_factor.delegated": "no"})
    PolicyException.objects.filter(pk=exception.pk).update(organisation=cast.north)
    assert names(root, "exception") == {}  # stricter above, which binds
    allow(cast.north)
    with_codes(cast.dev)
    without_keys(root, cast.dev)
    issue_pass(cast.dev)
    assert names(root, "access_pass")["Dev Malik"]["by"] == ""
    assert "the operator, on the host" in page(root, WITHOUT, way="access_pass", of="NORTH")
    assert set(names(root, "recovery_codes")) == {"Dev Malik"}
    decide(cast.north, recovery_codes="off")
    assert names(root, "recovery_codes") == {}
    [entry, *_more] = changes("exceptions.exported")
    assert entry.parameters["of"] == "without_token"
    assert rows(signed_in(cast.cara), WITHOUT) == []
