"""Which key models an organisation lets in, and what happens to keys whose model went bad."""

from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import ORIGIN, Browser, desk_of, expect, half_signed_in, signed_in
from tests.keymodels.catalogue import CATALOGUE, NOW, key_of, model, take_in
from tests.softkey import SoftKey
from tests.traces import last_refusal
from wardkey.base.clock import standing_at
from wardkey.keymodels.models import MetadataBlob
from wardkey.keys import in_branches
from wardkey.keys.models import SecurityKey
from wardkey.organisations import tree

BAD = "Osprey Prototype"
REPLACE = "/admin/tokens-to-replace/"


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def asha(cast):
    take_in()
    return signed_in(cast.asha)


def answered(asha: Browser, holder, key: SoftKey, **faults):
    begun = asha.begin(desk_of(holder))
    answer = key.register(begun["public_key"], ORIGIN, **faults)
    return asha.answer(desk_of(holder), begun, answer)


def good_model():
    return next(
        each
        for each in CATALOGUE.models
        if each.aaguid
        and [r["status"] for r in each.entry["statusReports"]] == ["FIDO_CERTIFIED_L1"]
    )


def goes_bad(invented, status: str = "USER_VERIFICATION_BYPASS", number: int = 2) -> None:
    """A newer BLOB reports a weakness of that model."""
    entries = [
        {**entry, "statusReports": [{"status": status, "effectiveDate": "2026-05-01"}]}
        if entry is invented.entry
        else entry
        for entry in CATALOGUE.payload["entries"]
    ]
    take_in(no=number, entries=entries)


def refused_for(response, reason: str) -> None:
    assert expect(403, response).json()["code"] == "model_not_allowed"
    assert response.json()["detail"]
    assert last_refusal() == ("registration.refused", "", f"model_not_allowed {reason}")
    assert not SecurityKey.objects.exists()


def test_the_list_names_the_model_that_its_attestation_proved(asha, cast):
    begun = asha.begin(desk_of(cast.ben))
    answer = key_of(good_model()).register(begun["public_key"], ORIGIN)
    expect(200, asha.answer(desk_of(cast.ben), begun, answer))
    expect(302, asha.name(desk_of(cast.ben), begun, "Blue"))
    assert good_model().name in asha.get(desk_of(cast.ben)).content.decode()
    kept = SecurityKey.objects.get()
    assert kept.model_id == good_model().aaguid
    assert kept.proved["model"]["attested"] is True
    assert kept.proved["model"]["certification"] == 1


def test_an_aaguid_that_nothing_proves_names_no_model(asha, cast):
    key = SoftKey(aaguid=good_model().aaguid.bytes, attestation="self")
    begun = asha.begin(desk_of(cast.ben))
    expect(200, asha.answer(desk_of(cast.ben), begun, key.register(begun["public_key"], ORIGIN)))
    expect(302, asha.name(desk_of(cast.ben), begun, "Blue"))
    kept = SecurityKey.objects.get()
    assert (kept.model, kept.model_id) == ("", None)
    assert kept.proved["model"]["reason"] == "attestation_self"


def test_at01_at20_without_attestation_where_models_must_be_attested(asha, cast):
    decide(cast.north, models="attested")
    refused_for(answered(asha, cast.ben, SoftKey(attestation="none")), "attestation_none")
    expect(200, answered(asha, cast.ben, key_of(good_model())))


def test_at02_a_self_attestation_that_claims_a_listed_model(asha, cast):
    decide(cast.north, models=f"listed:{good_model().aaguid}")
    key = SoftKey(aaguid=good_model().aaguid.bytes, attestation="self")
    refused_for(answered(asha, cast.ben, key), "attestation_self")
    expect(200, answered(asha, cast.ben, key_of(good_model())))


def test_at10_an_empty_list_lets_nobody_in(asha, cast):
    decide(cast.north, models="listed:")
    refused_for(answered(asha, cast.ben, key_of(good_model())), "not_listed")


def test_a_minimum_certification(asha, cast):
    decide(cast.north, minimum_certification="3")
    refused_for(answered(asha, cast.ben, key_of(good_model())), "certification")


def test_ce22_a_synced_passkey(asha, cast):
    refused_for(answered(asha, cast.ben, SoftKey(backup_eligible=True)), "synced_passkey")
    decide(cast.north, synced_passkeys="allowed")
    expect(200, answered(asha, cast.ben, SoftKey(backup_eligible=True)))


def test_a_policy_that_cannot_be_read_lets_nobody_in(asha, cast):
    decide(cast.north, models="whatever")
    refused_for(answered(asha, cast.ben, key_of(good_model())), "not_listed")


def test_at07_a_bad_status_refuses_new_keys_at_once(asha, cast):
    expect(200, answered(asha, cast.ben, key_of(good_model())))
    goes_bad(good_model())
    refused_for(answered(asha, cast.ben, key_of(good_model())), "bad_status")
    refused_for(answered(asha, cast.ben, key_of(model(BAD))), "bad_status")


def test_at07_keys_in_use_go_on_and_are_listed(asha, cast):
    soft_key, key = _in_use(asha, cast)
    assert "Ben Carter" not in asha.get(REPLACE).content.decode()
    goes_bad(good_model())
    page = asha.get(REPLACE).content.decode()
    for words in ("Ben Carter", "Blue", good_model().name, "can be got around", "30 August 2026"):
        assert words in page
    assert "Overdue" not in page
    ben = Browser()
    ben.enter_password(cast.ben)
    expect(200, ben.use(soft_key, key))


def test_at07_overdue_after_ninety_days(cast, asha):
    in_use = _in_use(asha, cast)
    expect(200, half_signed_in(cast.ben).use(*in_use))
    goes_bad(good_model())
    with standing_at(NOW + timedelta(days=91)):
        assert "Overdue" in signed_in(cast.asha).get(REPLACE).content.decode()


def test_the_list_ends_at_the_branch_and_at_the_role(asha, cast, monkeypatch):
    _in_use(asha, cast)
    goes_bad(good_model())
    cara, root = signed_in(cast.cara), signed_in(cast.root)
    # At last as in a branch of many organisations, and among many keys.
    for module, name, size in ((tree, "SMALL", 200), (tree, "SMALL", 0), (in_branches, "FEW", 0)):
        monkeypatch.setattr(module, name, size)
        assert "Ben Carter" not in cara.get(REPLACE).content.decode()
        assert "Ben Carter" in root.get(REPLACE).content.decode()
    expect(403, signed_in(cast.hal).get(REPLACE))


def test_a_token_of_somebody_with_a_higher_role_names_neither_token_nor_way_to_it(asha, cast):
    root = signed_in(cast.root)
    root.register(desk_of(cast.nina), key_of(good_model()), "Scarlet")
    goes_bad(good_model())
    hers, roots = (each.get(REPLACE).content.decode() for each in (asha, root))
    assert "Nina Berg" in hers
    assert "Ask a higher administrator of Northside Hospital" in hers
    assert "Scarlet" not in hers
    assert desk_of(cast.nina) not in hers
    assert "Scarlet" in roots
    assert desk_of(cast.nina) in roots


def test_at13_missing_and_overdue_metadata_warn_and_stop_nothing(asha, cast):
    assert "out of date" not in asha.get(REPLACE).content.decode()
    with standing_at(NOW + timedelta(days=40)):
        late = signed_in(cast.asha)
        assert "the metadata is out of date" in late.get(REPLACE).content.decode()
        expect(200, answered(late, cast.dev, SoftKey()))
    MetadataBlob.objects.all().delete()
    assert "nothing is known about key models" in asha.get(REPLACE).content.decode()


def _in_use(asha, cast):
    soft_key = key_of(good_model())
    return soft_key, asha.register(desk_of(cast.ben), soft_key, "Blue")
