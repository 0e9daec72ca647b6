"""`wardkey import-people FILE`: people added, changed, moved and marked as leavers by a file."""

import csv
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.departures import ZONE, today
from tests.doors import expect, is_signed_in, registered, signed_in
from tests.imports import BEN, NIA, WIL, csv_of, file_of, import_people, nothing_is_left
from tests.newcomers import joined
from tests.test_appointing import told_of
from tests.traces import changes, nothing_changes, told
from wardkey import cli
from wardkey.audit import log
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.people.grants import role_grants_of
from wardkey.people.models import ExternalId, Membership, Person
from wardkey.people.queries import people_found, person_by_username

DAY = timedelta(days=1)


def again(person):
    return Person.objects.get(pk=person.pk)


def found(cast, words):
    return people_found(words=words, within=type(cast.north).objects.all())


def test_newcomers_have_a_home_a_first_day_and_words_to_be_found_by(cast, tmp_path):
    start = today() + 3 * DAY
    nia = {**NIA, "email": "nia@elsewhere.example", "starts_on": start.isoformat()}
    zoe = {"external_id": "E9", "username": "Zoë@ward7.example", "name": "Zoë  Łuk"}
    status, outcome = import_people(tmp_path, nia, {**zoe, "organisation": "ward7"})
    assert (status, outcome["state"], outcome["rows"]) == (0, "applied", {"add": 2})
    person = person_by_username("NIA@north.example")
    assert (person.name, person.home, person.standing) == ("Nia Newcomer", cast.north, "to_come")
    assert not person.has_usable_password()
    assert person.starts_at == clock.start_of(start, ZONE)
    home = Membership.objects.get(person=person)
    assert (home.organisation, home.kind, home.starts_at) == (cast.north, "home", person.starts_at)
    assert [(each.value, each.verified_at) for each in person.contact_points.all()] == [
        ("nia@elsewhere.example", None)
    ]
    assert found(cast, "newc nia") == found(cast, "elsewhere") == [person]
    second = person_by_username("zoë@ward7.example")
    assert (second.name, second.home, second.standing) == ("Zoë Łuk", cast.ward, "here")
    assert found(cast, "luk zoe") == [second]
    assert len({bytes(each.user_handle) for each in Person.objects.all()}) == Person.objects.count()
    assert nothing_is_left()
    assert joined(signed_in(cast.asha), "mia@north.example").is_active  # the flows go on


def test_the_entries_are_as_exact_as_any_others(cast, tmp_path):
    import_people(tmp_path, NIA, BEN)
    nia = person_by_username(NIA["username"])
    assert ChangeEntry.objects.filter(code="person.added", holder_id=nia.pk).count() == 1
    entry = ChangeEntry.objects.get(code="person.added", holder_id=nia.pk)
    actor = log.Actor(entry.actor_kind, entry.actor_id)
    sealed = {part: getattr(told(entry), part) for part in ("parameters", "old", "new")}
    assert log.canonical_bytes(entry, actor, sealed) == bytes(entry.canonical)
    kept = entry.clear["new.name"]
    assert sealed["new"]["name"] == log.salted_hash(kept["salt"], kept["value"])
    assert (actor.kind, kept["value"]) == ("operator", "Nia Newcomer")
    [whole] = changes("people.imported")
    assert (whole.organisation, whole.parameters["rows"]) == (
        cast.north.pk,
        {"add": 1, "update": 1},
    )
    assert entry.request_id == whole.parameters["people_import"].replace("-", "")
    assert set(told_of("people_imported")) == {"asha@north.example", "priya@north.example"}


def test_bk07_the_second_run_changes_nothing(cast, tmp_path):
    last_day = (today() + DAY).isoformat()
    rows = [NIA | {"email": "nia@elsewhere.example"}, BEN | {"last_day": last_day}]
    rows += [WIL | {"organisation": "NORTH", "name": "Wil  Novak"}]
    assert import_people(tmp_path, *rows)[1]["rows"] == {"add": 1, "leaver": 1, "move": 1}
    with nothing_changes():
        status, outcome = import_people(tmp_path, *rows)
    assert (status, outcome["rows"]) == (0, {"unchanged": 3})


def test_somebody_who_is_there_is_changed_by_the_number_they_have(cast, tmp_path):
    import_people(tmp_path, NIA | {"email": "nia@elsewhere.example"})
    nia = person_by_username(NIA["username"])
    married = {"external_id": "E1", "name": "Nia Married", "email": "nia@new.example"}
    assert import_people(tmp_path, married)[1]["rows"] == {"update": 1}
    assert again(nia).name == "Nia Married"
    live = nia.contact_points.filter(retired_at=None)
    assert [each.value for each in live] == ["nia@new.example"]
    assert found(cast, "married") == found(cast, "new") == [again(nia)]
    assert not found(cast, "newcomer")
    [entry] = ChangeEntry.objects.filter(code="person.changed")
    clear = {name: kept["value"] for name, kept in entry.clear.items()}
    assert clear == {
        "old.name": "Nia Newcomer",
        "new.name": "Nia Married",
        "new.email": "nia@new.example",
    }


def test_an_address_that_its_owner_has_proved_stays(cast, tmp_path):
    import_people(tmp_path, BEN | {"email": "somebody@elsewhere.example"})
    points = cast.ben.contact_points.filter(retired_at=None).order_by("pk")
    assert [(each.value, each.verified_at is not None) for each in points] == [
        ("ben@north.example", True),
        ("somebody@elsewhere.example", False),
    ]


def test_a_first_day_that_is_still_to_come_is_put_off(cast, tmp_path):
    import_people(tmp_path, NIA | {"starts_on": (today() + DAY).isoformat()})
    later = today() + 9 * DAY
    import_people(tmp_path, NIA | {"starts_on": later.isoformat()})
    nia = person_by_username(NIA["username"])
    home = Membership.objects.get(person=nia)
    assert nia.starts_at == home.starts_at == clock.start_of(later, ZONE)


def test_who_has_no_number_yet_is_known_by_user_name_and_name(cast, tmp_path):
    assert import_people(tmp_path, BEN)[1]["rows"] == {"update": 1}
    assert ExternalId.objects.get(value="E2").person == cast.ben
    other = {**NIA, "username": "dev@north.example"}  # a user name of theirs, another name
    status, outcome = import_people(tmp_path, other)
    assert (status, outcome["refused"][0]["fault"]) == (2, "username")


def test_a_leaver_loses_roles_and_logins_and_may_come_in_until_the_account_closes(cast, tmp_path):
    hal, priya = signed_in(cast.hal), signed_in(cast.priya)
    last_day = today() + DAY
    hal_s = {"external_id": "E7", "username": "hal@north.example", "name": "Hal Green"}
    rows = [each | {"last_day": last_day.isoformat()} for each in (hal_s, BEN)]
    assert import_people(tmp_path, *rows)[1]["rows"] == {"leaver": 2}
    person = again(cast.hal)
    assert (person.standing, person.last_day) == ("leaving", last_day)
    assert person.closes_at == clock.start_of(last_day + 31 * DAY, ZONE)
    assert not role_grants_of(person.pk)
    assert not is_signed_in(hal)
    assert is_signed_in(priya)
    assert set(told_of("leaving")) == {"hal@north.example", "ben@north.example"}
    marked = {entry.holder: entry for entry in changes("person.leaver_marked")}
    assert marked[str(person.pk)].parameters == {"roles": 1}
    assert marked[str(cast.ben.pk)].parameters == {"roles": 0}
    assert marked[str(cast.ben.pk)].new == {"last_day": last_day.isoformat()}
    assert changes("role.ended")[-1].holder == str(person.pk)
    signed_in(person)


def test_who_moves_within_the_organisation_keeps_tokens_and_logins(cast, tmp_path):
    _soft_key, key = registered(signed_in(cast.asha), cast.ben)
    ben, eve = signed_in(cast.ben), ExternalId.objects.count()
    assert import_people(tmp_path, BEN | {"organisation": "WARD7"})[1]["rows"] == {"move": 1}
    person = again(cast.ben)
    assert person.home == cast.ward
    assert person.memberships.get(ends_at=None).organisation == cast.ward
    key.refresh_from_db()
    assert key.state == "waiting"
    assert is_signed_in(ben)
    assert people_found(words="carter", within=type(cast.ward).objects.filter(pk=cast.ward.pk))
    assert changes("person.home_moved")[-1].new == {"organisation": cast.ward.pk}
    assert told_of("moved") == ["ben@north.example"]
    assert ExternalId.objects.count() == eve + 1


def test_a_preview_changes_nothing_and_the_report_tells_of_each_row(cast, tmp_path):
    report = tmp_path / "report.csv"
    with nothing_changes():
        options = ("--preview", "--report", str(report))
        status, outcome = import_people(tmp_path, NIA, BEN, options=options)
    assert (status, outcome["state"], outcome["rows"]) == (0, "ready", {"add": 1, "update": 1})
    told_rows = list(csv.DictReader(report.read_text("utf-8-sig").splitlines()))
    assert [(row["line"], row["outcome"]) for row in told_rows] == [("2", "add"), ("3", "update")]
    assert nothing_is_left()


def test_in_words(cast, tmp_path):
    path = file_of(tmp_path, csv_of(NIA, NIA))
    words = ["import-people", str(path), "--organisation", "NORTH"]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 2
    assert "Refused: 1" in done.stdout
    assert "Line 3 · external_id: E1 (2) · It stands in an earlier line" in done.stdout
    assert CliRunner().invoke(cli.main, [*words[:-1], "NOSUCH"]).exit_code == 1


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_bk02_a_bom_semicolons_quotes_and_any_line_ends_are_read(cast, tmp_path, ends):
    content = ends.join(
        [
            "Name ;EXTERNAL_ID;username",
            "",
            '"Nia ""The; New"" Newcomer";E1;nia@north.example',
            ";;",
            "Mo Müller;E2;mo@north.example",
        ]
    )
    status, _outcome = import_people(tmp_path, content=b"\xef\xbb\xbf" + content.encode())
    assert status == 0
    assert person_by_username("nia@north.example").name == 'Nia "The; New" Newcomer'
    assert person_by_username("mo@north.example").name == "Mo Müller"


def test_two_thousand_at_once(cast, tmp_path):
    many = [
        {"external_id": f"N{n}", "username": f"n{n}@north.example", "name": f"Number {n}"}
        for n in range(2000)
    ]
    assert import_people(tmp_path, *many)[1]["rows"] == {"add": 2000}
    assert Person.objects.filter(home=cast.north, username__startswith="n").count() >= 2000
    assert found(cast, "n1999")[0].name == "Number 1999"
    assert len(changes("people.imported")) == 1
    assert expect(200, signed_in(cast.asha).get("/admin/people/?q=number")).content
