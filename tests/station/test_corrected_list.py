"""A list that is corrected and gone on with, and a journal that two runs would share."""

from pathlib import Path

import pytest

from tests.cast import hire_into
from tests.station.desks import key
from tests.station.test_enrol_list import BEN, DEV, HAL, pins_of, results_of, runs, sealed_rows
from tests.traces import nothing_changes
from wardkey.audit import log
from wardkey.people.accounts import move_home
from wardkey.people.models import Person
from wardkey.people.queries import locked_person
from wardkey_station import locking

pytestmark = [pytest.mark.usefixtures("cheap_passphrases"), pytest.mark.looks_only]


def test_a_list_is_corrected_where_nobody_has_a_token_yet_and_the_done_are_not_asked_about(
    cast, asha
):
    """Ben is done; in Dev's row a token has its PIN alone; then Ben moves out of Asha's reach."""
    begin = f"POST /api/v1/people/{cast.dev.pk}/keys"
    asha.desk.follows(faults=[{"at_exchange": 17 + 9, "does": "pull_out"}])
    assert runs(asha, asha.list_of("Ben Carter", DEV)).status == 7
    assert (cast.ben.keys.count(), begin in asha.line.asked) == (1, False)
    move_home(person=locked_person(cast.ben.pk), organisation=cast.south, by=log.OPERATOR)
    pins = pins_of(asha)
    asha.desk.follows(keys=[key("SIM00000007")])
    for rows, said in (
        ([HAL, "Ben Carter"], "Line 2: the journal has a token of Ben Carter, ben@north.example"),
        ([DEV], "Line 2: the journal has a token of Ben Carter"),
        (["Ben Carter", "Ben Carter"], "Line 3: nobody in your reach"),
    ):
        with nothing_changes():
            found = runs(asha, asha.list_of(*rows))
        assert (found.status, said in found.err) == (2, True), found
    asha.line.asked.clear()
    found = runs(asha, asha.list_of("Ben Carter", HAL, "dev malik"))
    assert (found.status, "1 of 3 people are done already." in found.out) == (0, True), found
    assert [len(each.keys.all()) for each in (cast.ben, cast.hal, cast.dev)] == [1, 1, 1]
    assert not [each for each in asha.line.asked if str(cast.ben.pk) in each]
    assert pins_of(asha)[BEN] == pins[BEN]
    assert results_of(asha)[BEN]["state"] == "done"
    with nothing_changes():
        found = runs(asha, asha.list_of("Ben Carter", HAL))
    assert (found.status, "Row 3 is missing: the journal has a token of Dev" in found.err) == (
        2,
        True,
    )


def test_a_name_is_no_formula_in_any_file_and_the_file_of_pins_is_gone_on_with(cast, asha):
    agency = hire_into(cast.north, "+agency")
    Person.objects.filter(pk__in=[agency.pk, cast.ben.pk]).update(name="=cmd|' /C calc'!A0")
    asha.desk.follows(keys=[key("SIM00000007")])
    assert runs(asha, asha.list_of(agency.username)).status == 0
    pins = pins_of(asha)
    assert runs(asha, asha.list_of(agency.username, BEN)).status == 0
    assert pins_of(asha).keys() == results_of(asha).keys() == {f"'{agency.username}", BEN}
    assert pins_of(asha)[f"'{agency.username}"] == pins[f"'{agency.username}"]
    for rows in (sealed_rows(asha), results_of(asha).values()):
        assert {row["name"] for row in rows} == {"'=cmd|' /C calc'!A0"}


def test_two_runs_at_once_have_not_one_journal(cast, asha):
    file = asha.list_of(BEN)
    for words, journal in (
        (("enrol-list", file), f"{file}.journal"),
        (("enrol", BEN, "--journal", file.with_name("ben")), file.with_name("ben")),
    ):
        with locking.held(Path(journal)), nothing_changes():
            found = asha.runs(*words)
        assert (found.status, "Another run of the station works with" in found.err) == (2, True)
        assert not asha.desk.keys_with_a_pin
    assert asha.runs("enrol-list", file).status == 0
