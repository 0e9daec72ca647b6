"""Files that are refused: as a whole, or for what stands in a row. Nobody is changed by them."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.departures import today
from tests.doors import signed_in
from tests.imports import (
    BEN,
    NIA,
    WIL,
    an_import,
    csv_of,
    file_of,
    import_people,
    nothing_is_left,
)
from tests.traces import attempts, nothing_changes
from wardkey import cli
from wardkey.base.spreadsheets import FORMULA
from wardkey.bulk import reading
from wardkey.people.models import Person

DAY = timedelta(days=1)
HEADER = "external_id,username,name\n"
ROW = "E1,nia@north.example,Nia Newcomer\n"


UNREADABLE = [
    ((HEADER + ROW).encode("utf-16"), "encoding", []),
    ((HEADER + "E1,nia@north.example,Zoë\n").encode("latin-1"), "encoding", []),
    (b"PK\x03\x04" + b"\0" * 100, "spreadsheet", []),
    (HEADER + "E1,nia@north.example,Ni\0a\n", "nul", [2]),
    (HEADER + ROW + 'E2,mo@north.example,"Mo\n' + ROW * 3, "quotes", [3]),
    (HEADER + ROW + 'E2,mo@north.example,"Mo\n' + ROW * 80, "quotes", [3]),
    (HEADER + ROW + 'E2,mo@north.example,"Mo"x\n', "quotes", [3]),
    (HEADER + "E1," + "x" * reading.LONGEST_LINE, "long_line", [2]),
    ('"external_id\n', "header", []),
    ("", "missing_columns", ["external_id"]),
    (HEADER, "empty", []),
    ("external_id,name,role,is_admin,org\n", "unknown_columns", ["role", "is_admin", "org"]),
    ("external_id,name,pin,access_pass\n", "unknown_columns", ["pin", "access_pass"]),
    ("external_id,name,NAME\n", "repeated_columns", ["name"]),
    ("name,username\n", "missing_columns", ["external_id"]),
]


def test_bk02_bk03_bk09_bk11_a_file_that_will_not_do_is_refused_whole(cast, tmp_path):
    for content, fault, told in UNREADABLE:
        with nothing_changes():
            status, outcome = import_people(tmp_path, content=content or "\n")
        assert (status, outcome["state"], outcome["fault"]["code"]) == (2, "refused", fault)
        assert told in (outcome["fault"]["names"], [outcome["fault"]["line"]], [])
        assert attempts("people.import_refused")[-1].parameters["reason"] == fault
    assert nothing_is_left()


def test_bk04_a_file_of_too_many_rows_or_bytes_is_refused(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 3)
    four = HEADER + "".join(f"E{n},n{n}@north.example,Name\n" for n in range(4))
    assert import_people(tmp_path, content=four)[1]["fault"]["code"] == "too_many_rows"
    monkeypatch.setattr(reading, "BYTES_AT_MOST", len(HEADER))
    assert import_people(tmp_path, content=HEADER + ROW)[1]["fault"]["code"] == "too_large"


BAD = [
    (NIA | {"external_id": ""}, "no_external_id", "external_id"),
    (NIA | {"external_id": "E" * 201}, "external_id", "external_id"),
    (NIA | {"external_id": "E\u202e1"}, "external_id", "external_id"),
    (NIA | {"username": ""}, "needed", "username"),
    (NIA | {"name": ""}, "needed", "name"),
    (NIA | {"username": "n" * 255}, "username", "username"),
    (NIA | {"username": "n\u200bia"}, "username", "username"),
    (NIA | {"name": "N" * 201}, "name", "name"),
    (NIA | {"name": "\u2800"}, "name", "name"),
    (NIA | {"email": "nowhere"}, "email", "email"),
    (NIA | {"organisation": "SOUTH"}, "organisation", "organisation"),
    (NIA | {"organisation": "NOSUCH"}, "organisation", "organisation"),
    (NIA | {"organisation": "PLATFORM"}, "organisation", "organisation"),
    (NIA | {"starts_on": "01/02/2026"}, "day", "starts_on"),
    (NIA | {"starts_on": "2026-02-30"}, "day", "starts_on"),
    (NIA | {"starts_on": "²026-02-03"}, "day", "starts_on"),
    (NIA | {"starts_on": "9999-12-31"}, "starts_on", "starts_on"),
    (NIA | {"last_day": "2026-12-31"}, "unknown", "external_id"),
    (NIA | {"joiner_code": "ABCD-ABCD-ABCD-ABCD"}, "code_of_operator", "joiner_code"),
    (BEN | {"last_day": "2020-01-31"}, "last_day", "last_day"),
    (BEN | {"last_day": "9999-12-31"}, "last_day", "last_day"),
    (WIL | {"organisation": "SOUTH"}, "organisation", "organisation"),
    *((NIA | {"name": f"{sign}cmd|' /C calc'!A0"}, "formula", "name") for sign in "=+-@＝＋－＠"),
]


def test_bk06_bad_rows_refuse_all_and_each_is_told_with_its_line(cast, tmp_path):
    good = {"external_id": "E0", "username": "mo@north.example", "name": "Mo Good"}
    rows = [
        row | {"external_id": row["external_id"] and f"{number}{row['external_id']}"}
        for number, (row, _fault, _column) in enumerate(BAD)
    ]
    with nothing_changes():
        status, outcome = import_people(tmp_path, good, *rows)
    assert (status, outcome["rows"]) == (2, {"add": 1, "refused": len(BAD)})
    told = [(each["line"], each["fault"], each["column"]) for each in outcome["refused"]]
    assert told == [(line, fault, column) for line, (_row, fault, column) in enumerate(BAD, 3)]
    assert not [
        each for each in outcome["refused"] if each["column"] == "joiner_code" and each["value"]
    ]


def test_bk05_who_stands_in_the_file_twice_is_refused_the_second_time(cast, tmp_path):
    twice = [NIA, NIA, {**NIA, "external_id": "E8"}]
    status, outcome = import_people(tmp_path, *twice)
    assert status == 2
    told = [(each["line"], each["fault"], each["value"]) for each in outcome["refused"]]
    assert told == [(3, "twice", "E1 (2)"), (4, "twice", "nia@north.example (2)")]
    many = [
        {"external_id": f"N{n}", "username": f"n{n}@n.example", "name": "N"} for n in range(300)
    ]
    status, outcome = import_people(tmp_path, *many, many[0])
    assert [each["value"] for each in outcome["refused"]] == ["N0 (2)"]


def test_a_row_of_another_length_than_the_header_is_refused(cast, tmp_path):
    status, outcome = import_people(tmp_path, content=HEADER + "E1,nia@north.example\n" + ROW)
    assert (status, outcome["refused"][0]["fault"]) == (2, "cells")


def test_az14_whoever_belongs_elsewhere_reads_like_nobody(cast, tmp_path):
    """Word for word the same: for a user name, and for a number, of another organisation."""

    def refusal(**row):
        status, outcome = import_people(tmp_path, {"external_id": "X1", **row})
        [told] = outcome["refused"]
        assert status == 2
        return told["fault"], told["column"]

    never = {"username": "n\u200bobody@south.example", "name": "Eve Carter"}
    theirs = {"username": cast.eve.username, "name": "Eve Carter"}
    with nothing_changes():
        assert refusal(**theirs) == refusal(**never) == ("username", "username")
        leaving = {"last_day": (today() + DAY).isoformat()}
        assert refusal(**theirs, **leaving) == refusal(**leaving) == ("unknown", "external_id")
        unused = {"username": "unused@south.example", "name": "Eve Carter"}
        assert refusal(**unused, **leaving) == ("unknown", "external_id")


def test_a_number_of_somebody_who_has_left_for_elsewhere_is_nobody_s(cast, tmp_path):
    import_people(tmp_path, BEN)
    Person.objects.filter(pk=cast.ben.pk).update(home=cast.south)
    gone = {"external_id": BEN["external_id"], "name": "Ben Changed"}
    status, outcome = import_people(tmp_path, gone)
    assert (status, outcome["refused"][0]["fault"]) == (2, "needed")
    assert import_people(tmp_path, {**NIA, "external_id": BEN["external_id"]})[0] == 0
    assert cast.ben.external_ids.count() == 0


def test_what_somebody_is_keeps_rows_about_them_out(cast, tmp_path):
    import_people(tmp_path, BEN)

    def fault(**row):
        _status, outcome = import_people(tmp_path, {"external_id": "E2", **row})
        return outcome["refused"][0]["fault"]

    in_time = (today() + DAY).isoformat()
    assert fault(username="benny@north.example") == "username_stays"
    assert fault(organisation="WARD7", last_day=in_time) == "move_and_leave"
    Person.objects.filter(pk=cast.ben.pk).update(status="suspended")
    assert fault(last_day=in_time) == fault(organisation="WARD7") == "suspended"
    Person.objects.filter(pk=cast.ben.pk).update(status="closed")
    assert fault(name="Ben Back") == "closed"
    hal = {"external_id": "E7", "username": "hal@north.example", "name": "Hal Green"}
    _status, outcome = import_people(tmp_path, hal | {"organisation": "WARD7"})
    assert outcome["refused"][0]["fault"] == "has_roles"


def test_an_import_of_an_administrator_goes_first(cast, tmp_path):
    an_import(cast.north, cast.asha)
    with nothing_changes(), pytest.raises(AssertionError, match="An administrator imports"):
        import_people(tmp_path, NIA)
    assert signed_in(cast.asha)


def test_bk13_the_report_has_no_formulas(cast, tmp_path):
    report = tmp_path / "report.csv"
    import_people(tmp_path, NIA | {"name": "=1+1"}, options=("--report", str(report)))
    text = report.read_text("utf-8-sig")
    assert '"\'=1+1"' in text
    assert not any(cell[0] in FORMULA for cell in text.replace('"', "\n").split("\n") if cell)


def test_bk12_a_value_is_told_no_further_than_it_takes(cast, tmp_path):
    _status, outcome = import_people(tmp_path, content=csv_of(NIA | {"name": "x" * 5000}))
    assert len(outcome["refused"][0]["value"]) == 100


def test_a_report_that_cannot_be_written_is_told_before_anything_changes(cast, tmp_path):
    """And where its disk is full at the end, the import stands, and says so."""
    file = file_of(tmp_path, csv_of(NIA))
    words = ["import-people", str(file), "--organisation", "NORTH", "--report"]
    with nothing_changes():
        refused = CliRunner().invoke(cli.main, [*words, str(tmp_path / "nowhere" / "report")])
    assert (refused.exit_code, "nowhere/report" in refused.output) == (1, True)
    done = CliRunner().invoke(cli.main, [*words, "/dev/full"])
    assert (done.exit_code, "could not be written" in done.stderr) == (0, True)
    assert Person.objects.filter(username=NIA["username"]).exists()
    assert nothing_is_left()
    CliRunner().invoke(cli.main, [*words, str(tmp_path / "report")])
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o600
