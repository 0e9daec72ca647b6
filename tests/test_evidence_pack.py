"""An evidence pack is true for its day, whatever came since, and is tied to the audit trail."""

import csv
import hashlib
import io
from zipfile import BadZipFile, ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import full_count
from tests.cast import decide
from tests.departures import DAY, act, at_noon, mark_leaver, today
from tests.doors import desk_of, expect, half_signed_in, registered, signed_in
from tests.role_pages import dismiss, verdicts
from tests.test_register_of_exceptions import end, make
from tests.test_sealing import seal_all
from tests.traces import changes, nothing_changes
from wardkey.audit import checkpoints, log
from wardkey.base import clock
from wardkey.base.errors import Mistake
from wardkey.lifecycle.leaving import close_due
from wardkey.people.models import RoleGrant
from wardkey.web.dates import as_fields

PAGE, PACK = "/admin/evidence/", "/admin/evidence/pack.zip"


class Opened:
    """A pack, its manifest checked as sha256sum does."""

    def __init__(self, answer):
        self.folder = answer["Content-Disposition"].split('"')[1].removesuffix(".zip")
        self.bytes = b"".join(answer.streaming_content)
        with ZipFile(io.BytesIO(self.bytes)) as file:
            self.files = {name.split("/")[1]: file.read(name) for name in file.namelist()}
        listed = dict(line.split("  ")[::-1] for line in self.text("manifest.txt").splitlines())
        told = {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}
        self.manifest = told.pop("manifest.txt")
        assert listed == told

    def text(self, name):
        return self.files[name].decode()

    def rows(self, name):
        text = self.files[f"{name}.csv"].decode("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    def names(self, name):
        return {row["name"] for row in self.rows(name)}


def pack(browser, day, where=""):
    answer = expect(200, browser.submit(f"{PACK}{where}", **as_fields("day", day)))
    assert answer["Content-Type"] == "application/zip"
    return Opened(answer)


@pytest.fixture
def happened(cast):
    """Dev leaves, two exceptions are made and one is ended two days later, Hal's role is taken."""
    decide(cast.north, keys_a_person=1)
    asha, priya = signed_in(cast.asha), signed_in(cast.priya)
    soft_key, key = registered(asha, cast.dev)
    expect(200, half_signed_in(cast.dev).use(soft_key, key))
    make(priya, cast.ben, days=10, reason="=Late()")
    make(priya, cast.wil, days=50)
    expect(302, mark_leaver(asha, cast.dev))
    verdicts(priya, {cast.hal.role_grants.get(): "remove"})
    full_count.count_day(today())
    return today()


def later(cast, first):
    with at_noon(first + 2 * DAY):
        end(signed_in(cast.priya), cast.ben.policy_exceptions.get())
        verdicts(signed_in(cast.priya), {cast.asha.role_grants.get(): "keep"})
        RoleGrant.objects.filter(person=cast.hal).update(ends_at=clock.now())
        full_count.count_day(first + 2 * DAY)


def test_it_tells_how_things_stood_that_day_whatever_came_since(cast, happened):
    first = happened
    with at_noon(first + 1 * DAY):
        at_once = pack(signed_in(cast.priya), first)
    later(cast, first)
    with at_noon(first + 31 * DAY):
        assert close_due() == 1
    with at_noon(first + 40 * DAY):
        priya, olu = signed_in(cast.priya), signed_in(cast.olu)
        seal_all()
        checkpoints.make_due()
        told, after, much_later = (pack(priya, first + days * DAY) for days in (0, 3, 35))
        own, ward = pack(olu, first), pack(priya, first, where="?of=WARD7")
    for name in ("coverage.csv", "exceptions.csv", "leavers.csv", "roles.csv"):
        assert at_once.files[name] == told.files[name], name
    lines, then = (each.text("summary.txt").splitlines() for each in (told, at_once))
    differ = set(lines) ^ set(then)
    assert [line[:8] for line in sorted(differ) if line.startswith("Made")] == ["Made at "] * 2
    _exceptions(told, after, own, ward)
    _leavers(told, much_later)
    assert reviews(told) == {"Hal Green": ("Priya Nair", "remove"), "Asha Rao": ("", "")}
    assert reviews(after) == {"Asha Rao": ("Priya Nair", "keep")}
    assert "Found to have to go: 1." in told.text("summary.txt")
    assert "This day was not counted" not in told.text("summary.txt")
    assert "This day was not counted" in after.text("summary.txt")
    assert {row["counted_on"] for row in after.rows("coverage")} == {str(first + 2 * DAY)}
    [north, ward_7] = told.rows("coverage")
    assert (north["people"], north["people_with_usable_key"], ward_7["people"]) == ("7", "1", "1")
    made = changes("evidence.made")
    assert told.manifest in {each.parameters["manifest"] for each in made}
    assert "localhost/audit/change" in told.text("summary.txt")
    assert "There was no checkpoint" in at_once.text("summary.txt")


def reviews(of):
    found = {row["name"]: (row["reviewed_by"], row["verdict"]) for row in of.rows("roles")}
    return {name: found[name] for name in ("Hal Green", "Asha Rao") if name in found}


def _exceptions(told, after, own, ward):
    [ben] = [row for row in told.rows("exceptions") if row["name"] == "Ben Carter"]
    assert ben["reason"] == "'=Late()"
    assert ben["ended_early_by"] == ""
    assert ben["ends_at"] == ben["allowed_until"]
    assert after.names("exceptions") == {"Wil Novak"}
    assert own.names("exceptions") == {"Ben Carter"}
    assert ward.names("exceptions") == {"Wil Novak"}


def _leavers(told, much_later):
    [leaving], [closed] = told.rows("leavers"), much_later.rows("leavers")
    assert (leaving["outcome"], leaving["closed_at"]) == ("leaving", "")
    assert leaving["entered_by"] == "Asha Rao"
    assert (closed["outcome"], closed["closed_by"], closed["still_open"]) == ("closed", "", "0")
    assert (
        closed["last_session_ended_at"] == closed["entered_at"] or closed["last_session_ended_at"]
    )
    assert closed["last_key_out_of_use_at"] == closed["closed_at"]
    assert closed["days_from_last_day_to_closed"] == "31"
    assert "accounts closed 1," in much_later.text("summary.txt")
    assert "to the closing: median 31, 95 % within 31." in much_later.text("summary.txt")


def test_who_came_back_has_not_left_and_before_that_had(cast, happened):
    first = happened
    with at_noon(first + 5 * DAY):
        asha = signed_in(cast.asha)
        expect(302, act(asha, cast.dev, "close/"))
        at_closing = clock.now()
    with at_noon(first + 7 * DAY):
        asha = signed_in(cast.asha)
        expect(302, act(asha, cast.dev, "restore/"))
        expect(302, asha.submit(f"{desk_of(cast.dev)}{cast.dev.keys.get().pk}/remove/"))
    with at_noon(first + 9 * DAY):
        root = signed_in(cast.root)
        left = pack(root, first + 6 * DAY, where="?of=NORTH")
        back = pack(root, first + 8 * DAY, where="?of=NORTH")
    [dev] = left.rows("leavers")
    assert (dev["closed_by"], dev["still_open"]) == ("Asha Rao", "0")
    assert dev["last_key_out_of_use_at"] == log.microseconds(at_closing)
    assert back.rows("leavers") == []


@pytest.mark.looks_only
def test_only_who_reads_the_trail_gets_one_for_a_day_that_is_over(cast):
    olu, yesterday = signed_in(cast.olu), as_fields("day", today() - DAY)
    page = expect(200, olu.get(PAGE)).content.decode()
    last = today().replace(day=1) - DAY
    assert f'value="{last.day}"' in page
    others = [signed_in(who) for who in (cast.hal, cast.ben)]
    with nothing_changes():
        for day in (today(), today() + DAY, today().replace(year=1999)):
            answer = expect(400, olu.submit(PACK, **as_fields("day", day)))
            assert "Enter a day that is over" in answer.content.decode()
        expect(400, olu.submit(PACK, **{**yesterday, "day-month": "13"}))
        expect(400, olu.submit(PACK, more="1", **yesterday))
        for other in others:
            expect(403, other.submit(PACK, **yesterday))
        for code in ("SOUTH", "WARD7", "ABSENT"):
            expect(404, olu.submit(f"{PACK}?of={code}", **yesterday))
            expect(404, olu.get(f"{PAGE}?of={code}"))
    never = pack(olu, today() - DAY)
    assert "No day up to this one was counted." in never.text("summary.txt")
    [entry] = changes("evidence.made")
    assert entry.parameters["manifest"] == never.manifest
    assert "Evidence pack made for" in olu.get("/admin/audit/").content.decode()


def test_it_begins_at_once_and_does_not_open_before_it_is_whole_and_told(cast):
    olu, yesterday = signed_in(cast.olu), as_fields("day", today() - DAY)
    arrived, last = b"", b""
    with CaptureQueriesContext(connection) as asked:
        blocks = iter(expect(200, olu.submit(PACK, **yesterday)).streaming_content)
        first = next(blocks)
        assert b"coverage.csv" in first
        assert not has_looked_for_leavers(asked)
        assert len(changes("evidence.asked")) == 1
        for block in blocks:
            assert not changes("evidence.made") or b"manifest.txt" in arrived + last
            arrived, last = arrived + last, block
        assert has_looked_for_leavers(asked)
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(first + arrived))
    assert len(changes("evidence.made")) == 1
    with ZipFile(io.BytesIO(first + arrived + last)) as file:
        assert file.testzip() is None


def has_looked_for_leavers(asked):
    return any("person.leaver_marked" in query["sql"] for query in asked.captured_queries)


def test_whoever_may_no_more_when_it_is_made_gets_no_end_of_it(cast):
    olu, yesterday = signed_in(cast.olu), as_fields("day", today() - DAY)
    blocks = iter(expect(200, olu.submit(PACK, **yesterday)).streaming_content)
    arrived = [next(blocks)]
    for grant in RoleGrant.objects.filter(person=cast.olu):
        expect(302, dismiss(signed_in(cast.root), grant))
    with pytest.raises(Mistake):
        arrived.extend(blocks)
    assert any(b"manifest.txt" in block for block in arrived)
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(b"".join(arrived)))
    assert len(changes("evidence.asked")) == 1
    assert not changes("evidence.made")
