"""Keys in use are proved again with newer metadata: nobody is locked out, what changed is told."""

from datetime import timedelta

import pytest

from tests import chores
from tests.cast import decide
from tests.doors import Browser, desk_of, expect, signed_in
from tests.keymodels.catalogue import CATALOGUE, NOW, key_of, model, take_in
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.base.clock import standing_at
from wardkey.keys.models import ProvingRound, SecurityKey
from wardkey.keys.proving_again import prove_again

THISTLE = model("Thistle Two")
LATER = NOW + timedelta(days=20)
REPLACE = "/admin/tokens-to-replace/"


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def thistle_of(holder, **options) -> SoftKey:
    soft_key = key_of(THISTLE, **options)
    soft_key.name = f"{holder}'s Thistle"
    return soft_key


def with_key(asha, holder, soft_key=None) -> SecurityKey:
    return asha.register(desk_of(holder), soft_key or thistle_of(holder), holder.name)


def taken_in_later(number: int, entries=None) -> None:
    take_in(no=number, entries=CATALOGUE.payload["entries"] if entries is None else entries)
    while prove_again():
        pass


def without_thistle() -> list:
    return [entry for entry in CATALOGUE.payload["entries"] if entry is not THISTLE.entry]


def other_roots() -> list:
    heron = model("Heron Key A").entry["metadataStatement"]
    name = "attestationRootCertificates"
    statement = THISTLE.entry["metadataStatement"] | {name: heron[name]}
    return [*without_thistle(), THISTLE.entry | {"metadataStatement": statement}]


def test_at17_a_model_that_was_not_known_is_known_with_newer_metadata(asha, cast):
    key = with_key(asha, cast.ben)
    assert (key.model, key.proved["model"]["reason"]) == ("", "model_unknown")
    taken_in_later(2)
    key.refresh_from_db()
    assert (key.model, key.model_id) == ("Thistle Two", THISTLE.aaguid)
    assert key.proved["model"]["attested"] is True
    assert key.proved["algorithm"] == -7
    [entry] = changes("key.proved_again")
    assert (entry.actor["kind"], entry.holder) == ("system", str(cast.ben.pk))
    assert (entry.old["reason"], entry.new["make"]) == ("model_unknown", "Thistle Two")
    history = asha.get(f"/admin/people/{cast.ben.pk}/history/").content.decode()
    assert "Make of token “Ben Carter” judged again: Thistle Two" in history


@pytest.mark.parametrize("entries", [without_thistle, other_roots])
def test_at17_a_model_that_lost_its_roots_is_listed_and_goes_on_working(asha, cast, entries):
    take_in()
    soft_key = key_of(THISTLE)
    key = with_key(asha, cast.ben, soft_key)
    with standing_at(LATER):
        taken_in_later(2, entries())
        page = signed_in(cast.asha).get(REPLACE).content.decode()
        for words in ("Ben Carter", "Thistle Two", "its make can no longer be proved"):
            assert words in page
        assert "19 September 2026" in page  # 90 days
        key.refresh_from_db()
        assert (key.model_id, key.doubted_since, key.state) == (None, LATER, "waiting")
        ben = Browser()
        ben.enter_password(cast.ben)
        expect(200, ben.use(soft_key, key))


def test_at17_roots_that_come_back_end_the_doubt(asha, cast):
    take_in()
    key = with_key(asha, cast.ben)
    taken_in_later(2, without_thistle())
    taken_in_later(3)
    key.refresh_from_db()
    assert (key.model_id, key.doubted_since) == (THISTLE.aaguid, None)
    assert "Ben Carter" not in signed_in(cast.asha).get(REPLACE).content.decode()
    assert len(changes("key.proved_again")) == 2


def test_at17_what_has_not_changed_is_not_written(asha, cast):
    take_in()
    with_key(asha, cast.ben)
    with_key(asha, cast.dev, SoftKey("unknown make"))
    with_key(asha, cast.wil, SoftKey("no statement", attestation="none"))
    with nothing_changes():
        while prove_again():
            pass


def test_at17_certificates_are_judged_at_the_time_of_the_registration(asha, cast):
    key = with_key(asha, cast.ben)
    take_in()
    with standing_at(NOW + timedelta(days=365 * 100)):
        prove_again()
    key.refresh_from_db()
    assert key.proved["model"]["attested"] is True


def test_at17_a_statement_that_no_longer_holds_is_a_doubt_too(asha, cast):
    take_in()
    key = with_key(asha, cast.ben)
    SecurityKey.objects.update(attestation_object=bytes(key.attestation_object)[:-1])
    prove_again()
    key.refresh_from_db()
    assert (key.model_id, key.proved["model"]["reason"]) == (None, "attestation")


def test_at17_removed_keys_are_left_alone(asha, cast):
    key = with_key(asha, cast.ben)
    expect(302, asha.submit(f"{desk_of(cast.ben)}{key.pk}/remove/"))
    take_in()
    with nothing_changes():
        while prove_again():
            pass


def test_at17_in_batches_and_once_with_each_blob(asha, cast):
    assert prove_again() is False  # no metadata yet
    keys = [with_key(asha, holder) for holder in (cast.ben, cast.dev, cast.wil)]
    take_in()
    assert prove_again(at_most=2) is True
    assert SecurityKey.objects.filter(model="Thistle Two").count() == 2
    assert ProvingRound.objects.get().proved_up_to == sorted(key.pk for key in keys)[1]
    assert prove_again(at_most=2) is False
    assert SecurityKey.objects.filter(model="Thistle Two").count() == 3
    SecurityKey.objects.update(model_id=None)
    assert prove_again() is False
    assert len(changes("key.proved_again")) == 3
    take_in(no=2)
    chores.done("prove_keys_again")
    assert SecurityKey.objects.filter(model_id=THISTLE.aaguid).count() == 3


def test_at08_only_tokens_with_the_weak_firmware_are_listed(asha, cast):
    take_in()
    for holder, firmware in ((cast.ben, (5, 6, 9)), (cast.dev, (5, 7, 0)), (cast.wil, ())):
        with_key(asha, holder, thistle_of(holder, firmware=bytes(firmware)))
    report = {"status": "USER_KEY_PHYSICAL_COMPROMISE", "effectiveDate": "2026-05-01"}
    weak = report | {"authenticatorVersion": 0x050609}
    take_in(no=2, entries=[*without_thistle(), THISTLE.entry | {"statusReports": [weak]}])
    page = signed_in(cast.asha).get(REPLACE).content.decode()
    assert "Ben Carter" in page
    assert "Wil Novak" in page  # does not tell its version
    assert "Dev Malik" not in page


def test_at08_firmware_that_is_too_old_is_refused_in_words(asha, cast):
    statement = THISTLE.entry["metadataStatement"] | {"authenticatorVersion": 0x050700}
    take_in(entries=[THISTLE.entry | {"metadataStatement": statement}])
    decide(cast.north, models="attested")
    key = key_of(THISTLE, firmware=bytes((5, 6, 9)))
    begun = asha.begin(desk_of(cast.ben))
    refused = asha.answer(
        desk_of(cast.ben), begun, key.register(begun["public_key"], "http://localhost:8000")
    )
    assert "older than any that is certified" in expect(403, refused).json()["detail"]
    assert asha.register(desk_of(cast.ben), key_of(THISTLE, firmware=bytes((5, 7, 0))), "Blue")
