"""Metadata is taken in as a whole, entry by entry, and never goes back."""

from datetime import timedelta

import pytest

from wardkey.base.clock import standing_at
from wardkey.demo.key_models import FIDO2_MODELS, SIGNER, U2F_MODELS, invent
from wardkey.keymodels import refresh as refresh_module
from wardkey.keymodels.mds import BlobRefused
from wardkey.keymodels.models import CertificateKeyIdentifier, KeyModel, MetadataBlob
from wardkey.keymodels.refresh import freshness, refresh

from .catalogue import CATALOGUE, NOW, model, take_in

pytestmark = pytest.mark.django_db
COUNT = len(FIDO2_MODELS) + len(U2F_MODELS)


@pytest.fixture(autouse=True)
def _standing_now():
    with standing_at(NOW):
        yield


def refused(**changes):
    with pytest.raises(BlobRefused) as refusal:
        take_in(**changes)
    return refusal.value.reason


def test_thirty_models_in_all_statuses_are_taken_in():
    done = take_in()
    assert (done.number, done.models_read, done.lost) == (1, COUNT, ())
    assert COUNT >= 30
    assert KeyModel.objects.count() == COUNT
    assert CertificateKeyIdentifier.objects.count() == len(U2F_MODELS)
    told = {report["status"] for each in KeyModel.objects.all() for report in each.statuses}
    assert len(told) == 20


def test_a_malformed_entry_is_lost_alone():
    broken = {"aaguid": "broken", "metadataStatement": {}, "statusReports": []}
    entries = [broken, *CATALOGUE.payload["entries"], "nonsense", None]
    done = take_in(entries=entries)
    assert done.lost == ("broken", "nameless", "nameless")
    assert KeyModel.objects.count() == done.models_read == COUNT
    assert MetadataBlob.objects.get().entries_lost == 3


def test_an_entry_of_another_protocol_is_no_loss():
    other = {"aaid": "4e4e#4005", "metadataStatement": {}, "statusReports": []}
    done = take_in(entries=[other, *CATALOGUE.payload["entries"]])
    assert (done.models_read, done.lost) == (COUNT, ())


def test_of_two_entries_with_one_aaguid_the_first_counts():
    first, second = model("Thistle One").entry, model("Heron Key A").entry
    take_in(entries=[first, second | {"aaguid": first["aaguid"]}])
    assert KeyModel.objects.get().name == "Thistle One"


def test_an_identifier_in_two_entries_belongs_to_the_first():
    first, second = model("Thistle Classic U2F").entry, model("Heron Classic U2F").entry
    name = "attestationCertificateKeyIdentifiers"
    take_in(entries=[first, second | {name: second[name] + first[name]}])
    [identifier] = first[name]
    assert CertificateKeyIdentifier.objects.get(pk=identifier).model.name == "Thistle Classic U2F"


def test_at13_the_number_never_goes_back():
    take_in(no=7)
    assert refused(no=6) == "rollback"
    assert MetadataBlob.objects.get().number == 7
    assert take_in(no=7).number == 7
    assert take_in(no=8).number == 8
    assert list(MetadataBlob.objects.values_list("number", flat=True)) == [8, 7]


def test_a_refused_blob_changes_nothing():
    take_in(no=7)
    assert refused(no=8, entries=[]) == "no_entries"
    assert refused(no=6, entries=[model("Thistle One").entry]) == "rollback"
    with pytest.raises(BlobRefused, match="path"):
        refresh(blob=CATALOGUE.blob, root=invent(seed=b"2" * 32, at=NOW).root, signer=SIGNER)
    assert KeyModel.objects.count() == COUNT


def test_a_fault_in_the_middle_leaves_what_was_there(monkeypatch):
    take_in(no=7)
    monkeypatch.setattr(refresh_module, "_note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_in(no=8, entries=[model("Thistle One").entry])
    assert KeyModel.objects.count() == COUNT
    assert MetadataBlob.objects.get().number == 7


def test_what_fell_out_of_the_blob_is_gone_and_ids_stay():
    take_in()
    before = set(KeyModel.objects.values_list("pk", flat=True))
    take_in(no=2, entries=CATALOGUE.payload["entries"][1:])
    assert before - set(KeyModel.objects.values_list("pk", flat=True)) == {
        model("Thistle One").aaguid
    }


def test_at13_missing_and_overdue_metadata_are_stale():
    assert freshness().is_stale
    assert freshness().number is None
    take_in()
    assert not freshness().is_stale
    with standing_at(NOW + timedelta(days=30)):
        assert not freshness().is_stale
    with standing_at(NOW + timedelta(days=31)):
        assert freshness().is_stale
    assert (freshness().number, freshness().fetched_at) == (1, NOW)
