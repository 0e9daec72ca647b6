"""The portal hears that a token was reset, and that somebody found one."""

from tests.cast import decide
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.programs import program, refused
from tests.station.desks import OPEN, SERIAL, key
from tests.test_appointing import give
from tests.traces import changes, nothing_changes
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage

YES = ("reset", "--yes", "--serial", SERIAL)
BEN = "ben@north.example"
RESETS = "POST /api/v1/station/resets"


def given_to_ben(cast, asha):
    assert asha.runs("enrol", BEN, "--nickname", "Blue").status == 0
    return cast.ben.keys.get()


def test_cl20_what_was_registered_with_a_reset_token_is_stopped_though_it_is_pulled_out_at_once(
    cast, asha
):
    row = given_to_ben(cast, asha)
    other = registered(signed_in(cast.root), cast.ben, "Another")[1]
    SecurityKey.objects.filter(pk=other.pk).update(serial_number=SERIAL)  # of another maker
    number = []
    asha.line.loses = lambda _n, asked: (
        number.append(1) or ("answer" if len(number) < 3 else None) if asked == RESETS else None
    )
    asha.desk.follows(faults=[{"at_exchange": 6, "does": "pull_out"}])
    found = asha.runs(*YES)
    assert (found.status, "It was erased." in found.err) == (7, True), found
    assert 'Stopped in the portal: "Blue" of Ben Carter.' in found.out
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.state_reason, other.state) == ("suspended", "reset", "waiting")
    assert [each["event"] for each in asha.desk.logged][-1] == "cli.reset"
    [entry] = changes("key.orphaned")
    assert entry.parameters["serial_number"] == SERIAL
    assert OutboxMessage.objects.filter(kind="key_suspended").count() == 1
    assert len(number) == 3
    page = half_signed_in(cast.ben).get("/sign-in/key/").content.decode()
    assert ("Blue" in page, "Another" in page) == (False, True)
    resume = f"/admin/people/{cast.ben.pk}/keys/{row.pk}/resume/"
    with nothing_changes():
        assert asha.browser.submit(resume).status_code == 409
    keys = asha.browser.get(f"/admin/people/{cast.ben.pk}/keys/").content.decode()
    assert "Was reset: remove it, and register the token anew" in keys
    asha.desk.follows()
    with nothing_changes():
        assert asha.runs(*YES).status == 0
    SecurityKey.objects.filter(pk=other.pk).update(serial_number="")
    assert asha.runs("enrol", BEN).status == 0
    assert cast.ben.keys.filter(state="waiting", serial_number=SERIAL).count() == 1


def test_cl20_a_portal_that_never_hears_of_it_is_told_to_whoever_sits_there(cast, asha):
    row = given_to_ben(cast, asha)
    asha.line.loses = lambda _number, asked: "request" if asked == RESETS else None
    found = asha.runs(*YES)
    assert (found.status, asha.line.asked.count(RESETS)) == (8, 4)
    assert "was reset, and the portal does not know it. In the portal, remove" in found.err
    row.refresh_from_db()
    assert row.state == "waiting"
    assert not asha.desk.opens_with(OPEN)


def test_cl25_offline_or_logged_out_it_prints_what_to_remove_later(cast, asha):
    given_to_ben(cast, asha)
    for words in (("--offline",), ("--api-token-file", asha.desk.home / "nobody")):
        asked = len(asha.line.asked)
        found = asha.desk.runs(*YES, *asha.options(), *words)
        assert (found.status, f"serial number {SERIAL}." in found.out) == (0, True), found
        assert RESETS not in asha.line.asked[asked:]


def test_a_reset_marks_nobody_s_keys_beyond_the_reach_or_above_the_role(cast, asha):
    root = signed_in(cast.root)
    for person in (cast.eve, cast.priya, cast.wil):
        key_of = registered(root, person, f"Of {person.name}")[1]
        SecurityKey.objects.filter(pk=key_of.pk).update(
            serial_number=SERIAL, aaguid="53494d55-4c41-5445-4420-4b4559203031"
        )
    found = asha.runs(*YES)
    assert (found.status, "of Wil Novak" in found.out) == (0, True)
    said = " ".join(found.out.split())
    assert "1 registration of somebody with a higher role still stands." in said
    assert "Priya" not in said
    marked = SecurityKey.objects.filter(serial_number=SERIAL)
    states = {each.holder.name: each.state for each in marked}
    assert states == {"Eve Carter": "waiting", "Priya Nair": "waiting", "Wil Novak": "suspended"}


def test_a_reset_by_one_administrator_ends_no_key_that_takes_two_to_remove(cast):
    decide(cast.north, administrators_keys="two")
    give(cast.dev, "local_administrator", cast.north)
    asha = signed_in(cast.asha)
    erased = [
        {"serial_number": number, "aaguid": "53494d55-4c41-5445-4420-4b4559203031"}
        for number in ("78", "79")
    ]
    for person, told in zip((cast.ben, cast.dev), erased, strict=True):
        key_of = registered(asha, person, f"Of {person.name}")[1]
        SecurityKey.objects.filter(pk=key_of.pk).update(**told)
    address = "/api/v1/station/resets"
    helpdesk = program(cast.north, cast.hal, "keys:desk")
    with nothing_changes():
        refused(403, "forbidden", helpdesk.send("post", address, erased[0]))
    api = program(cast.north, cast.asha, "keys:desk")
    for told in erased:
        answer = expect(200, api.send("post", address, told)).json()
        assert (len(answer["items"]), answer["skipped"]) == (1, 0)
    with nothing_changes():
        assert expect(200, api.send("post", address, erased[1])).json() == answer
    reasons = [person.keys.get().state_reason for person in (cast.ben, cast.dev)]
    assert reasons == ["reset", "precaution"]
    stopped = cast.dev.keys.get()
    expect(302, asha.submit(f"/admin/people/{cast.dev.pk}/keys/{stopped.pk}/resume/"))


def test_whose_a_token_is_by_its_number_or_as_it_is_inserted(cast, asha):
    given_to_ben(cast, asha)
    for words in (["whose"], ["whose", SERIAL.lower()]):
        found = asha.runs(*words)
        assert (found.status, "Holder: Ben Carter, ben@north.example" in found.out) == (0, True)
        assert "Blue: waits for its holder" in found.out
    registered(signed_in(cast.root), cast.eve, "Hers")
    SecurityKey.objects.filter(holder=cast.eve).update(serial_number="7812345")
    for number in ("7812345", "0000"):
        found = asha.runs("whose", number)
        assert (found.status, "Hand it to your helpdesk." in " ".join(found.out.split())) == (
            0,
            True,
        )
    assert asha.runs("whose", "a b").status == 2
    asha.desk.follows(keys=[key(tells_serial=False)])
    assert asha.runs("whose").status == 5
