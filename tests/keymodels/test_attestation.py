"""What a registration proves: an AAGUID counts only after its model's own roots have signed."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509

from wardkey.base.clock import standing_at
from wardkey.keymodels.attestation import Proved, prove
from wardkey.keymodels.models import Certification

from ..softkey import SoftKey
from .catalogue import CATALOGUE, NOW, key_of, model, registered, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _metadata():
    with standing_at(NOW):
        take_in()
        yield


def reason(registration, at=NOW):
    proved = prove(registration, at=at)
    assert not proved.attested
    assert (proved.model_id, proved.name, proved.certification) == (None, "", 0)
    assert proved.format == registration.format
    return proved.reason


def test_a_key_of_a_known_model_is_attested():
    invented = model("Thistle Two")
    proved = prove(registered(key_of(invented)), at=NOW)
    assert proved == Proved(
        attested=True,
        format="packed",
        model_id=invented.aaguid,
        name="Thistle Two",
        icon=invented.entry["metadataStatement"]["icon"],
        certification=Certification.L2,
        firmware_version=2,
    )


def test_at01_none_proves_nothing():
    assert reason(registered(key_of(model("Thistle Two"), attestation="none"))) == (
        "attestation_none"
    )


def test_at02_self_attestation_proves_nothing_whatever_model_it_claims():
    assert reason(registered(key_of(model("Thistle Two"), attestation="self"))) == (
        "attestation_self"
    )


def test_at04_7_1_23_the_root_must_be_that_of_the_claimed_model():
    thistle, heron = model("Thistle Two"), model("Heron Key A")
    forged = SoftKey("forged", aaguid=thistle.aaguid.bytes, root=heron.root)
    assert reason(registered(forged)) == "chain"


def test_an_unknown_model_is_not_attested():
    unknown = SoftKey("unknown", aaguid=bytes(range(16)), root=model("Thistle Two").root)
    assert reason(registered(unknown)) == "model_unknown"


def test_at06_7_1_24_the_path_must_be_valid_at_the_registration():
    registration = registered(key_of(model("Thistle Two")))
    assert prove(registration, at=NOW).attested
    assert reason(registration, NOW + timedelta(days=365 * 100)) == "chain"


def test_a_model_without_roots_attests_nothing():
    entry = model("Thistle Two").entry
    statement = entry["metadataStatement"] | {"attestationRootCertificates": []}
    take_in(entries=[entry | {"metadataStatement": statement}])
    assert reason(registered(key_of(model("Thistle Two")))) == "chain"


def with_identifier_of(registration, name):
    """The BLOB, in which the model is known by the certificate of that key."""
    certificate = x509.load_der_x509_certificate(registration.trust_path[0])
    digest = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    identifiers = {"attestationCertificateKeyIdentifiers": [digest.hex()]}
    return [model(name).entry | identifiers]


def test_at05_a_u2f_key_is_known_by_its_certificate():
    invented = model("Thistle Classic U2F")
    registration = registered(key_of(invented, attestation="fido-u2f"))
    assert reason(registration) == "model_unknown"
    take_in(entries=with_identifier_of(registration, invented.name))
    proved = prove(registration, at=NOW)
    assert (proved.attested, proved.name) == (True, "Thistle Classic U2F")
    assert proved.model_id is not None


def test_at05_the_certificate_alone_is_not_enough():
    stranger = SoftKey("stranger", attestation="fido-u2f", root=model("Heron Key A").root)
    registration = registered(stranger)
    take_in(entries=with_identifier_of(registration, "Thistle Classic U2F"))
    assert reason(registration) == "chain"


def test_at05_zeros_are_the_aaguid_of_no_model():
    zeros = SoftKey("zeros", aaguid=bytes(16), root=model("Thistle Two").root)
    entry = model("Thistle Two").entry | {"aaguid": "00000000-0000-0000-0000-000000000000"}
    take_in(entries=[entry, model("Heron Key A").entry])
    assert reason(registered(zeros)) == "model_unknown"


def test_a_u2f_key_is_not_believed_about_its_aaguid():
    """The signature of fido-u2f does not cover it."""
    thistle = model("Thistle Two")
    key = key_of(thistle, attestation="fido-u2f")
    key.aaguid = thistle.aaguid.bytes
    assert reason(registered(key)) == "model_unknown"


def test_a_compound_statement_is_not_believed_about_its_aaguid_either():
    """One of its parts may be fido-u2f."""
    compound = registered(key_of(model("Thistle Two")))._replace(format="compound")
    assert reason(compound) == "model_unknown"
    take_in(entries=with_identifier_of(compound, "Thistle Two"))
    assert prove(compound, at=NOW).attested


def test_at07_bad_statuses_are_told():
    proved = prove(registered(key_of(model("Osprey Prototype"))), at=NOW)
    assert (proved.attested, proved.bad_statuses) == (True, ("REVOKED",))
    assert proved.certification == Certification.NONE


@pytest.mark.parametrize("own", [True, False])
def test_at07_a_compromised_batch_is_told_by_its_certificate(own):
    invented = model("Thistle Two")
    registration = registered(key_of(invented))
    certificate = registration.trust_path[0] if own else invented.root.der
    report = {
        "status": "ATTESTATION_KEY_COMPROMISE",
        "effectiveDate": "2025-01-01",
        "certificate": b64encode(certificate).decode(),
    }
    take_in(entries=[invented.entry | {"statusReports": [report]}])
    assert bool(prove(registration, at=NOW).bad_statuses) is own


def test_whether_the_credential_may_be_copied_is_told_of_attested_and_unattested_keys():
    for attestation in ("packed", "none"):
        key = key_of(model("Thistle Two"), attestation=attestation, backup_eligible=True)
        assert prove(registered(key), at=NOW).backup_eligible
        assert not prove(
            registered(key_of(model("Thistle Two"), attestation=attestation)), at=NOW
        ).backup_eligible


def test_what_is_kept_with_the_key_is_json_without_the_picture():
    kept = prove(registered(key_of(model("Thistle Two"))), at=NOW).as_json()
    assert kept["model_id"] == str(model("Thistle Two").aaguid)
    assert "icon" not in kept
    assert Proved(attested=False).as_json()["model_id"] == ""


@pytest.mark.parametrize("name", ["Thistle Two", "Osprey Prototype", None])
def test_what_was_kept_is_read_again_also_where_a_field_is_newer(name):
    proved = prove(registered(key_of(model(name))), at=NOW) if name else Proved(attested=False)
    kept = json.loads(json.dumps(proved.as_json()))
    assert Proved.from_json(kept | {"of_tomorrow": 1}) == replace(proved, icon="")
    newer = {"model_id": None, "firmware_version": None, "outdated": False}
    of_yesterday = {field: kept[field] for field in kept if field not in newer}
    assert Proved.from_json(of_yesterday) == replace(proved, icon="", **newer)


def test_one_registration_costs_one_query(django_assert_num_queries):
    registration = registered(key_of(model("Thistle Two")))
    with django_assert_num_queries(1):
        prove(registration, at=NOW)


def test_the_catalogue_holds_every_model_once():
    assert len({each.name for each in CATALOGUE.models}) == len(CATALOGUE.models)


def test_an_issuer_with_a_key_of_an_unknown_kind_is_nobodys_and_no_fault():
    """Only the leaf's key has been used by then; the others came along unread."""
    honest = registered(key_of(model("Thistle Two"), attestation="fido-u2f"))
    curve = bytes.fromhex("06082a8648ce3d030107")
    stranger = model("Heron Key A").root.der.replace(curve, curve[:-1] + b"\x7f")
    leaf = honest.trust_path[0]
    for path in ([stranger], [leaf, stranger], [leaf, b"no certificate"]):
        assert reason(honest._replace(trust_path=tuple(path))) == "model_unknown"
