"""The page *Audit trail*: filtered, taken away as a file, and how far the sealing is."""

import csv
import json
import uuid
from datetime import timedelta

import pytest

from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.programs import V1, program
from tests.test_sealing import seal_all
from tests.traces import nothing_changes
from wardkey.audit import checkpoints, events, log, purging, verifying
from wardkey.audit.models import AttemptEntry, ChangeEntry, Checkpoint
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person
from wardkey.reports.trail.file import COLUMNS

PAGE, FILE = "/admin/audit/", "/admin/audit/trail.csv"


def page(browser, **asked):
    return expect(200, browser.get(PAGE, asked)).content.decode()


def rows(browser, **asked):
    answer = expect(200, browser.submit(FILE, **asked))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def happened(cast):
    """Two tokens in Northside, one of them years ago in Southside's neighbourhood; by asha."""
    asha, cara = signed_in(cast.asha), signed_in(cast.cara)
    registered(asha, cast.ben, "=Blue")
    registered(asha, cast.dev, "Green")
    registered(cara, cast.eve, "Southern")
    with clock.standing_at(clock.now() - timedelta(days=900)):
        log.record(
            events.KEY_RENAMED,
            actor=log.person(cast.asha),
            holder_id=cast.dev.pk,
            organisation_id=cast.dev.home_id,
            old={"nickname": "Ancient"},
            new={"nickname": "Old"},
        )
    return asha


def test_an_auditor_finds_what_happened_by_person_kind_and_day(cast, happened):
    olu = signed_in(cast.olu)
    assert all(words in page(olu) for words in ("=Blue", "Green", "Ancient"))
    of_dev = page(olu, person=" DEV@north.example ")
    assert ("=Blue" in of_dev, "Green" in of_dev, "Ancient" in of_dev) == (False, True, True)
    assert "Green" in page(olu, person="asha@north.example")
    renamed = page(olu, what="key.renamed")
    assert ("Green" in renamed, "Ancient" in renamed) == (False, True)
    assert "Green" in page(olu, what="key")
    assert "Ancient" in page(olu, what="KEY.renamed\0")
    for nothing in ("ke", "\0", "%"):
        assert "Choose otherwise" in page(olu, what=nothing)
    for nobody in ("nobody@north.example", "\0", "Eve Carter"):
        assert "Choose otherwise" in page(olu, person=nobody)
    today = clock.today(cast.ben.home.time_zone)
    assert "Ancient" not in page(olu, since=today.isoformat())
    until = page(olu, until=(today - timedelta(days=1)).isoformat())
    assert ("Green" in until, "Ancient" in until) == (False, True)
    for day in ("31.12.2026", "9999-12-31", "0001-01-01"):
        expect(400, olu.get(PAGE, {"since": day}))
        expect(400, olu.submit(FILE, until=day))


def test_what_became_of_one_token_is_found_from_its_page(cast, happened):
    """Over its life: by whoever may read the trail, also when it is removed."""
    blue = SecurityKey.objects.get(nickname="=Blue")
    registered(happened, cast.ben, "Red")
    expect(302, happened.submit(f"{desk_of(cast.ben)}{blue.pk}/edit/", nickname="Azure"))
    address = f"{PAGE}?key={blue.pk}"
    assert address in happened.get(desk_of(cast.ben)).text
    assert address not in signed_in(cast.hal).get(desk_of(cast.ben)).text
    expect(302, happened.submit(f"{desk_of(cast.ben)}{blue.pk}/remove/", reason="broken"))
    olu = signed_in(cast.olu)
    of_blue = page(olu, key=blue.pk)
    assert "Entries of one token alone." in of_blue
    told = [row["code"] for row in rows(olu, key=blue.pk)]
    assert told == ["key.removed", "key.renamed", "key.registered"]
    assert ("Red" in of_blue, "Azure" in of_blue) == (False, True)
    assert len(rows(olu, key=blue.pk, what="key.renamed")) == 1
    southern = SecurityKey.objects.get(nickname="Southern")
    for other in (southern.pk, uuid.uuid4()):
        assert "Choose otherwise" in page(olu, key=other)
    expect(404, olu.get(PAGE, {"key": "blue"}))


def test_events_are_chosen_by_words_without_a_script(cast, happened):
    page = signed_in(cast.olu).get("/admin/audit/").text
    assert 'list="events"' in page
    assert '<option value="key.renamed">Token “…” renamed to “…”</option>' in page
    assert "{" not in page.partition("<datalist")[2].partition("</datalist>")[0]


@pytest.mark.parametrize("field", ["person", "what"])
def test_what_is_longer_than_any_name_is_no_choice(cast, happened, field):
    olu = signed_in(cast.olu)
    assert rows(olu, **{field: "x" * 254}) == []
    with nothing_changes():
        expect(400, olu.submit(FILE, **{field: "x" * 60_000}))
        expect(400, olu.get(PAGE, {field: "x" * 255}))


def test_au12_the_file_has_what_was_chosen_and_no_formula_and_is_in_the_trail(cast, happened):
    olu = signed_in(cast.olu)
    Person.objects.filter(pk=cast.asha.pk).update(name="=Asha()")
    told = rows(olu, person="ben@north.example", what="key.registered")
    [registered_for_ben] = told
    assert tuple(registered_for_ben) == COLUMNS
    assert (registered_for_ben["by"], registered_for_ben["by_today"]) == ("Asha Rao", "'=Asha()")
    assert "=Blue" in json.loads(registered_for_ben["facts"]).values()
    assert not any("Southern" in row["facts"] for row in rows(olu))
    assert len(rows(olu)) > ChangeEntry.objects.filter(organisation_id=cast.ben.home_id).count()
    views = AttemptEntry.objects.filter(code="audit.viewed", actor_id=str(cast.olu.pk))
    assert [b'"seen":"file"' in bytes(each.canonical) for each in views] == [True] * 3
    for who in (cast.hal, cast.ben):
        expect(403, signed_in(who).submit(FILE))


def wrong_names():
    """The times of rows that fixtures keep for several tests are moved, and are found too."""
    found = [set(fault["columns"]) - {"at"} for fault in verifying.faults([])]
    return [sorted(each) for each in found if each]


def test_au08_an_entry_says_who_acted_by_the_name_that_they_had(cast, happened):
    """The name is another's by now."""
    olu = signed_in(cast.olu)
    hr = program(cast.north, cast.priya, "people:write")
    for person, name in ((cast.asha, "Asha Holm"), (cast.dev, "Asha Rao")):
        expect(200, hr.send("patch", f"{V1}/people/{person.pk}", {"name": name}))
    [told] = rows(olu, person="ben@north.example", what="key.registered")
    assert (told["by_id"], told["by"]) == (str(cast.asha.pk), "Asha Rao")
    by_asha = rows(olu, person="asha@north.example")
    assert rows(olu, person="asha holm") == by_asha, "by the name of today"
    by_either = rows(olu, person="Asha Rao")
    assert len(by_asha) < len(by_either), "and who is called so today"
    assert [row for row in by_either if row in by_asha] == by_asha, "by the one of before"
    query = {"person": "Asha Holm", "stream": "change"}
    reader = program(cast.north, cast.priya, "audit:read")
    listed = expect(200, reader.get(f"{V1}/audit-entries", query)).json()["items"]
    assert "key.registered" in {each["code"] for each in listed}
    assert {each["actor"]["id"] for each in listed if each["code"] == "key.registered"} == {
        str(cast.asha.pk)
    }
    southern = program(cast.south, cast.cara, "audit:read")
    listed = expect(200, southern.get(f"{V1}/audit-entries", query)).json()
    assert listed["items"] == []
    assert told["by_today"] == "Asha Holm"
    assert "Asha Rao (today Asha Holm)" in page(olu, what="key.registered")
    seal_all()
    assert wrong_names() == []
    [entry] = ChangeEntry.objects.filter(code="key.registered", holder_id=cast.ben.pk)
    assert b"Asha" not in bytes(entry.canonical)
    entry.clear["actor.name"]["value"] = "Dev Patel"
    entry.save()
    assert wrong_names() == [["clear actor.name"]]
    del entry.clear["actor.name"]
    entry.save()
    assert wrong_names() == []
    assert rows(olu, person="ben@north.example", what="key.registered")[0]["by"] == "Asha Holm"


def test_the_page_says_how_far_the_sealing_is(cast, happened):
    olu = signed_in(cast.olu)
    assert "Nothing is sealed yet" in page(olu)
    seal_all()
    told = page(olu)
    assert "Every entry of the portal is sealed." in told
    assert "No checkpoint has left this machine yet" in told
    assert "has waited for 0 s" in page(olu)
    checkpoints.make_due()
    Checkpoint.objects.update(pushed_at=clock.now())
    assert "The last checkpoint that left this machine is of" in page(olu)


def test_au13_the_page_says_what_was_purged(cast, happened):
    with clock.standing_at(clock.now() - timedelta(days=300)):
        log.record(events.SIGNED_OUT, actor=log.SYSTEM, organisation_id=cast.ben.home_id)
    seal_all()
    rule = clock.now().date() - timedelta(days=200)
    assert list(purging.purge(rule)) == [1]
    olu = signed_in(cast.olu)
    assert "?what=audit.purged" in page(olu)
    sentence = f"Logins and refusals from before {rule} deleted, as their time was over: 1"
    assert sentence in page(olu, what="audit.purged")
    [row] = rows(olu, what="audit.purged")
    assert (row["by_kind"], json.loads(row["facts"])["entries"]) == ("operator", 1)


def test_au16_everybody_sees_what_became_of_their_own_tokens_and_of_no_other(cast):
    asha = signed_in(cast.asha)
    soft_key, key = registered(asha, cast.ben, "Blue")
    expect(302, asha.submit(f"{desk_of(cast.ben)}{key.pk}/edit/", nickname="Green"))
    registered(asha, cast.dev, "Secret")
    expect(401, Browser().enter_password(cast.ben, "a wrong guess"))
    ben = half_signed_in(cast.ben)
    expect(302, ben.get("/me/history/"))
    expect(200, ben.use(soft_key, key))
    told = expect(200, ben.get("/me/history/")).content.decode()
    for words in ("Token “Blue” registered", "Token “Blue” renamed to “Green”", "Asha Rao"):
        assert words in told
    for words in ("Secret", "Login refused", "Next step", "Person added"):
        assert words not in told
    assert "/me/history/" in expect(200, ben.get(MINE)).content.decode()
