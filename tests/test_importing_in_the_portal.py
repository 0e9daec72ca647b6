"""Admin → Import people: a file, what it would change, the import, and its report."""

import csv
import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import chores
from tests.canaries import dump, forms_of, mails, watched
from tests.departures import joiner_code_of, mark_leaver
from tests.doors import Browser, expect, registered, signed_in
from tests.imports import BEN, NIA, csv_of
from tests.traces import attempts, changes, nothing_changes
from tests.traces import told as told_of
from wardkey.audit import log
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.bulk import forgetting, uploading
from wardkey.bulk.models import PeopleImport, Piece, StagedRow
from wardkey.people.models import Person, RoleGrant
from wardkey.people.queries import person_by_username

PAGE = "/admin/import-people/"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def upload(browser, *rows, content=None):
    told = csv_of(*rows) if content is None else content
    raw = told if isinstance(told, bytes) else told.encode()
    return browser.submit(PAGE, file=SimpleUploadedFile("people.csv", raw, "text/csv"))


def uploaded(browser, *rows, **more):
    """The address of the import's page, once the worker has read the file."""
    where = expect(302, upload(browser, *rows, **more))["Location"]
    work()
    return where


def work():
    chores.done("import_people")
    chores.done("follow_imports")


def pages_of_imports(cast):
    """Each page in each of its states, with a name."""
    asha = signed_in(cast.asha)
    yield "file", asha.get(PAGE)
    yield "no file", asha.submit(PAGE)
    where = upload(asha, NIA)["Location"]
    yield "waiting", asha.get(where)
    yield "under way", upload(asha, NIA)
    work()
    yield "ready", asha.get(where)
    yield "of another", signed_in(cast.priya).get(where)
    asha.submit(f"{where}apply/")
    yield "applying", asha.get(where)
    work()
    yield "applied", asha.get(where)
    names = ("nia7@north.example", "nia8@north.example")
    several = [NIA | {"external_id": each, "username": each, "email": each} for each in names]
    where = applied(asha, *several)
    yield "to invite", asha.get(where)
    asha.submit(f"{where}invite/")
    yield "invited", asha.get(where)
    yield "rows refused", asha.get(uploaded(asha, BEN | {"email": "nowhere"}))
    yield "file refused", asha.get(uploaded(asha, content="name\n"))


def text_of(answer):
    return html.unescape(answer.content.decode())


def applied(browser, *rows):
    where = uploaded(browser, *rows)
    expect(302, browser.submit(f"{where}apply/"))
    work()
    return where


def test_a_file_is_looked_at_then_imported_and_its_report_kept(cast, asha):
    with nothing_changes():
        where = expect(302, upload(asha, NIA, BEN | {"organisation": "WARD7"}))["Location"]
        assert "waits for its turn" in text_of(asha.get(where))
        assert asha.get(f"{where}progress/").json() == {"state": "waiting", "percent": 0}
        work()
        page = text_of(asha.get(where))
    assert "Nothing has changed yet" in page
    assert "nia@north.example" in page
    expect(302, asha.submit(f"{where}apply/"))
    assert asha.get(f"{where}progress/").json() == {"state": "applying", "percent": 100}
    work()
    assert "The import was applied" in text_of(asha.get(where))
    nia = person_by_username("nia@north.example")
    assert nia.home == cast.north
    [whole] = changes("people.imported")
    assert whole.actor["id"] == str(cast.asha.pk)
    [added] = ChangeEntry.objects.filter(code="person.added", holder_id=nia.pk)
    assert told_of(added).actor["id"] == whole.actor["id"]
    name = added.clear["actor.name"]
    assert (name["value"], added.clear["new.name"]["value"]) == (cast.asha.name, nia.name)
    assert told_of(added).actor["name"] == log.salted_hash(name["salt"], name["value"])
    assert "Nia Newcomer" in text_of(asha.get("/admin/people/?q=newcomer"))
    report = expect(200, asha.get(f"{where}report.csv"))
    told = list(csv.DictReader(report.getvalue().decode("utf-8-sig").splitlines()))
    assert [(row["external_id"], row["outcome"]) for row in told] == [("E1", "add"), ("E2", "move")]
    assert "people.csv" in text_of(asha.get(PAGE))
    assert not Piece.objects.exists()


def test_bk13_a_refused_file_says_of_each_row_what_to_do_and_escapes_it(cast, asha):
    with nothing_changes():
        where = uploaded(asha, NIA, BEN | {"name": "<b>B</b>", "email": "<script>alert(1)"})
        answer = asha.get(where)
    assert "<script>alert(1)" not in answer.content.decode()
    assert "<script>alert(1)" in text_of(answer)
    assert "Enter an address like" in text_of(answer)
    assert attempts("people.import_refused")[-1].parameters["rows"] == {"add": 1, "refused": 1}
    expect(409, asha.submit(f"{where}apply/"))


def test_a_file_has_to_be_chosen_and_a_template_is_offered(cast, asha):
    with nothing_changes():
        assert "Choose a file" in text_of(expect(400, asha.submit(PAGE)))
        assert "Choose a file" in text_of(expect(400, upload(asha, content=b"")))
    header = asha.get(f"{PAGE}template.csv").getvalue().decode("utf-8-sig")
    where = uploaded(asha, content=header + "E1,nia@north.example,Nia,,,,,\r\n")
    assert "Nothing has changed yet" in text_of(asha.get(where))


def test_bk04_what_is_larger_than_a_file_may_be_is_refused_before_it_is_read(cast, asha):
    headers = {"x-csrftoken": asha.csrf, "content-length": str(40 * 1024 * 1024)}
    big = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    with nothing_changes():
        expect(
            413, asha.post(PAGE, b"x", "multipart/form-data; boundary=x", headers=headers, **big)
        )
        some = {"CONTENT_LENGTH": str(1024 * 1024)}
        expect(413, asha.post("/admin/people/add/", b"x", "text/plain", headers=headers, **some))


def test_who_may_not_import_leaves_no_file_behind(cast):
    for browser, status in (
        (Browser(), 302),
        (signed_in(cast.hal), 403),
        (signed_in(cast.ben), 403),
    ):
        with nothing_changes():
            expect(status, upload(browser, NIA))
    assert not PeopleImport.objects.exists()


def test_az26_an_import_is_of_one_organisation_and_applied_by_who_uploaded_it(cast, asha):
    where, priya, cara = uploaded(asha, NIA), signed_in(cast.priya), signed_in(cast.cara)
    assert "Only the colleague" in text_of(priya.get(where))
    with nothing_changes():
        expect(403, priya.submit(f"{where}apply/"))
        for page in ("", "progress/", "report.csv"):
            expect(404, cara.get(f"{where}{page}"))
        for page in ("apply/", "cancel/"):
            expect(404, cara.submit(f"{where}{page}"))


def test_bk16_one_at_a_time_until_it_is_cancelled(cast, asha):
    where = uploaded(asha, NIA)
    priya = signed_in(cast.priya)
    with nothing_changes():
        assert "is under way" in text_of(expect(409, upload(priya, NIA)))
    expect(302, upload(signed_in(cast.cara), {**NIA, "external_id": "S1"}))  # elsewhere
    expect(302, priya.submit(f"{where}cancel/"))
    expect(409, asha.submit(f"{where}apply/"))
    expect(302, upload(priya, NIA))


def test_bk15_who_has_lost_the_role_meanwhile_imports_nobody(cast, asha):
    before = uploaded(asha, NIA)
    expect(302, asha.submit(f"{before}apply/"))
    RoleGrant.objects.filter(person=cast.asha).update(ends_at=clock.now())
    with nothing_changes():
        work()
    assert PeopleImport.objects.get().state == "stopped"
    assert attempts("people.import_stopped")[-1].parameters["reason"] == "role"
    RoleGrant.objects.filter(person=cast.asha).update(ends_at=None)
    assert "may not import people any more" in text_of(asha.get(before))


@pytest.mark.parametrize("what", ["name", "role", "home", "taken"])
def test_rc17_whoever_was_changed_since_the_preview_stops_it(cast, asha, what):
    where = uploaded(asha, NIA, BEN | {"last_day": str(clock.today("Europe/London"))})
    if what == "name":
        Person.objects.filter(pk=cast.ben.pk).update(name="Ben Other")
    elif what == "role":
        RoleGrant.objects.filter(person=cast.hal).update(person=cast.ben)
    elif what == "home":
        Person.objects.filter(pk=cast.ben.pk).update(home=cast.south)
    else:
        Person.objects.filter(pk=cast.dev.pk).update(username_key="nia@north.example")
    expect(302, asha.submit(f"{where}apply/"))
    with nothing_changes():
        work()
    assert "was changed meanwhile" in text_of(asha.get(where))


def test_roles_that_are_not_covered_keep_a_row_out(cast, asha):
    priya = {"external_id": "E5", "username": "priya@north.example", "name": "Priya Nair"}
    assert "hold a role that yours does not cover" in text_of(asha.get(uploaded(asha, priya)))
    oneself = {"external_id": "E6", "username": "asha@north.example", "name": "Asha Rao"}
    leaving = oneself | {"last_day": str(clock.today("Europe/London"))}
    assert "Nobody moves themselves" in text_of(asha.get(uploaded(asha, leaving)))


def test_somebody_from_elsewhere_needs_their_code_and_the_mark_of_the_other_side(
    cast, asha, monkeypatch
):
    eve, cara = signed_in(cast.eve), signed_in(cast.cara)
    _soft_key, key = registered(cara, cast.eve)
    code = joiner_code_of(eve)
    row = {"external_id": "E8", "joiner_code": code}
    with nothing_changes(), monkeypatch.context() as patch, watched(patch) as watch:
        unmarked, wrong = (
            asha.get(uploaded(asha, row)),
            row | {"joiner_code": "AAAA-AAAA-AAAA-AAAA"},
        )
        assert "This code takes nobody on" in text_of(unmarked)
        assert "This code takes nobody on" in text_of(asha.get(uploaded(asha, wrong)))
    expect(302, mark_leaver(cara, cast.eve, keys={key: "give"}))
    with monkeypatch.context() as patch, watched(patch) as watch_too:
        where = applied(asha, row)
        expect(404, asha.get(f"{PAGE}nobodys/"))
    logged = "\n".join([*watch.logged, *watch_too.logged])
    assert "nobodys" in logged  # it was listened to
    for place in (logged, dump(), *mails().values()):
        assert not [form for form in forms_of(code) if form in place]
    assert Person.objects.get(pk=cast.eve.pk).home == cast.north
    assert changes("person.taken_on")[-1].actor["id"] == str(cast.asha.pk)
    key.refresh_from_db()
    assert key.state == "waiting"
    assert code not in asha.get(f"{where}report.csv").getvalue().decode()
    with nothing_changes():
        again = uploaded(asha, row)
    assert StagedRow.objects.get(people_import=again.split("/")[-2]).kind == "unchanged"


def test_what_is_left_behind_is_forgotten(cast, asha):
    where = applied(asha, NIA)
    uploaded(signed_in(cast.cara), {**NIA, "external_id": "S1", "username": "s@south.example"})
    assert PeopleImport.objects.filter(state="ready").exists()
    with clock.standing_at(clock.now() + timedelta(days=8)):
        chores.done("forget_imports")
    assert not StagedRow.objects.exists()
    assert not PeopleImport.objects.exclude(forgotten_at=None).filter(state="ready").exists()
    assert "The import was applied" in text_of(asha.get(where))


def test_a_file_whose_worker_died_is_read_from_its_beginning(cast, asha):
    where = expect(302, upload(asha, NIA, BEN))["Location"]
    PeopleImport.objects.update(state="staging")
    StagedRow.objects.create(
        people_import=PeopleImport.objects.get(), line=2, kind="add", external_id="E1"
    )
    work()
    assert PeopleImport.objects.get().state == "staging"  # somebody is at it
    with clock.standing_at(clock.now() + 2 * uploading.SILENT_FOR):
        work()
    assert PeopleImport.objects.get().counts == {"add": 1, "update": 1}
    assert StagedRow.objects.count() == 2
    assert forgetting.give_up() == 0
    assert asha.get(where).status_code == 200
