"""An entry of the BLOB becomes a key model, or is lost alone."""

import uuid
from base64 import b64encode
from copy import deepcopy
from datetime import date

import pytest

from wardkey.keymodels.catalogue import is_hardware
from wardkey.keymodels.entries import NotAKeyModel, read_entry
from wardkey.keymodels.models import Certification
from wardkey.keymodels.statuses import BAD, bad_statuses, certification_on

from .catalogue import NOW, model

TODAY = NOW.date()
MALFORMED = (ValueError, KeyError, TypeError, AttributeError)


def entry(name="Thistle Two", **statement):
    told = deepcopy(model(name).entry)
    told["metadataStatement"] |= statement
    return told


def read(told):
    return read_entry(told, today=TODAY).model


def test_what_a_model_tells_is_kept():
    invented = model("Thistle Two")
    kept = read(entry())
    assert (kept.pk, kept.aaguid, kept.name) == (invented.aaguid, invented.aaguid, "Thistle Two")
    assert kept.certification == Certification.L2
    assert kept.roots == [b64encode(invented.root.der).decode()]
    assert kept.user_verification == ["passcode_external", "presence_internal"]
    assert (kept.minimum_pin_length, kept.firmware_version) == (4, 2)
    assert kept.icon.startswith("data:image/svg+xml;base64,")
    assert [report["status"] for report in kept.statuses] == [
        "FIDO_CERTIFIED",
        "FIDO_CERTIFIED_L2",
    ]


def test_a_model_without_aaguid_has_an_id_that_never_changes():
    told = entry("Thistle Classic U2F")
    [identifier] = told["attestationCertificateKeyIdentifiers"]
    first, again = read_entry(told, today=TODAY), read_entry(told, today=TODAY)
    assert first.model.aaguid is None
    assert first.identifiers == (identifier,)
    assert first.model.pk == again.model.pk == uuid.uuid5(uuid.NAMESPACE_OID, identifier)


def test_an_entry_of_another_protocol_is_no_key_model():
    told = entry()
    del told["aaguid"]
    with pytest.raises(NotAKeyModel):
        read(told | {"aaid": "4e4e#4005"})


@pytest.mark.parametrize(
    "change",
    [
        {"aaguid": "not an aaguid"},
        {"aaguid": None},
        {"metadataStatement": None},
        {"statusReports": None},
        {"statusReports": [None]},
        {"statusReports": [{"status": 7}]},
        {"statusReports": [{"effectiveDate": "2020-01-01"}]},
        {"statusReports": [{"status": "REVOKED", "effectiveDate": "yesterday"}]},
        {"statusReports": [{"status": "REVOKED", "certificate": "x"}]},
        {"attestationCertificateKeyIdentifiers": ["abc"]},
        {"attestationCertificateKeyIdentifiers": ["ab" * 10]},
        {"attestationCertificateKeyIdentifiers": ["z" * 40]},
        {"attestationCertificateKeyIdentifiers": 7},
    ],
    ids=str,
)
def test_a_malformed_entry_cannot_be_read(change):
    with pytest.raises(MALFORMED):
        read(entry() | change)


@pytest.mark.parametrize(
    "statement",
    [
        {"description": " "},
        {"description": None},
        {"attestationRootCertificates": None},
        {"attestationRootCertificates": ["!"]},
        {"attestationRootCertificates": [1]},
        {"userVerificationDetails": [[{}]]},
        {"userVerificationDetails": 7},
        {"icon": 7},
        {"authenticatorGetInfo": [1]},
    ],
    ids=str,
)
def test_a_malformed_statement_cannot_be_read(statement):
    with pytest.raises(MALFORMED):
        read(entry(**statement))


@pytest.mark.parametrize(
    ("icon", "kept"),
    [
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
        ("https://maker.example/icon.png", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html;base64,AAAA", ""),
        ("data:image/png;base64," + "A" * 300_000, ""),
        (None, ""),
    ],
    ids=["png", "address", "script", "html", "too large", "none"],
)
def test_only_a_picture_of_reasonable_size_goes_into_pages(icon, kept):
    assert read(entry(icon=icon)).icon == kept


@pytest.mark.parametrize(
    ("told", "kept", "hardware"),
    [
        (["hardware", "secure_element"], ["hardware", "secure_element"], True),
        (["tee"], ["tee"], True),
        (["secure_element", "remote_handle"], ["remote_handle", "secure_element"], True),
        (["software"], ["software"], False),
        (["software", "remote_handle"], ["remote_handle", "software"], False),
        (["hardware", "software"], ["hardware", "software"], False),
        (["remote_handle"], ["remote_handle"], False),
        (["quantum"], ["quantum"], False),
        ([], None, False),
        (["hardware", 2], None, False),
        (10, None, False),
        ("hardware", None, False),
        (None, None, False),
    ],
    ids=str,
)
def test_a_model_is_hardware_only_where_its_statement_says_so(told, kept, hardware):
    model = read(entry(keyProtection=told))
    assert (model.key_protection, is_hardware(model)) == (kept, hardware)


def test_a_root_that_is_no_certificate_is_lost_alone():
    root = b64encode(model("Thistle Two").root.der).decode()
    broken = b64encode(b"\x30\x03\x02\x01\x00").decode()
    spaced = root[:40] + "\n  " + root[40:]
    assert read(entry(attestationRootCertificates=[broken, spaced])).roots == [root]


def test_a_name_is_one_line_of_reasonable_length():
    assert read(entry(description=" Thistle\n  Two ")).name == "Thistle Two"
    assert len(read(entry(description="T" * 500)).name) == 200


@pytest.mark.parametrize(
    ("hints", "transports", "kept"),
    [
        (["external", "wired", "wireless", "nfc"], None, ["nfc", "wired"]),
        (["external"], ["usb", "ble"], ["bluetooth", "wired"]),
        (["internal"], ["internal", "hybrid"], ["built_in"]),
        (["external"], ["hybrid", "smart-card"], None),
        (None, None, None),
        ("wired", 7, None),
        ([None, {}, "wired"], {"usb": 1}, ["wired"]),
    ],
)
def test_how_a_model_reaches_a_computer_is_kept_as_far_as_it_is_told(hints, transports, kept):
    told = entry(attachmentHint=hints, authenticatorGetInfo={"transports": transports})
    assert read(told).connections == kept


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("FIDO20020210115001", "FIDO20020210115001"),
        ("U2F100-1", "U2F100-1"),
        ("../../evil?x=1#", ""),
        ("F" * 61, ""),
        ("", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_a_certificate_number_has_a_shape_or_is_left_out(number, kept):
    told = entry()
    told["statusReports"][-1]["certificateNumber"] = number
    assert read(told).statuses[-1]["certificate_number"] == kept


@pytest.mark.parametrize("told", [-1, 64, "4", True, None])
def test_a_pin_length_that_cannot_be_is_not_believed(told):
    assert read(entry(authenticatorGetInfo={"minPINLength": told})).minimum_pin_length is None


def test_without_the_devices_own_word_the_statement_gives_the_version():
    assert read(entry(authenticatorGetInfo=None)).firmware_version == 2


def report(status, since, certificate=""):
    return {"status": status, "since": since, "certificate_sha256": certificate}


@pytest.mark.parametrize(
    ("reports", "level"),
    [
        ([], Certification.NONE),
        ([report("FIDO_CERTIFIED", "2020-01-01")], Certification.L1),
        ([report("FIDO_CERTIFIED_L3plus", "2020-01-01")], Certification.L3_PLUS),
        ([report("FIDO_CERTIFIED_L2", "2020-01-01"), report("FIDO_CERTIFIED", "2021-01-01")], 3),
        ([report("FIDO_CERTIFIED_L2", "2020-01-01"), report("REVOKED", "2021-01-01")], 0),
        (
            [report("FIDO_CERTIFIED_L2", "2020-01-01"), report("NOT_FIDO_CERTIFIED", "2021-01-01")],
            0,
        ),
        (
            [report("NOT_FIDO_CERTIFIED", "2020-01-01"), report("FIDO_CERTIFIED_L1", "2021-01-01")],
            1,
        ),
        ([report("FIDO_CERTIFIED_L2", "2026-06-01")], Certification.L2),
        ([report("FIDO_CERTIFIED_L2", "2026-06-02")], Certification.NONE),
        ([report("FIPS140_CERTIFIED_L3", "2020-01-01")], Certification.NONE),
    ],
)
def test_certification_is_the_highest_level_not_taken_back(reports, level):
    assert certification_on(date(2026, 6, 1), reports) == level


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("L1", Certification.L1),
        ("L1plus", Certification.L1_PLUS),
        ("L2", Certification.L2),
        ("L2plus", Certification.L2_PLUS),
        ("L3", Certification.L3),
        ("L3plus", Certification.L3_PLUS),
    ],
)
def test_each_level_has_its_name(name, level):
    assert certification_on(date(2026, 6, 1), [report(f"FIDO_CERTIFIED_{name}", "2020-01-01")]) == (
        level
    )


@pytest.mark.parametrize("status", sorted(BAD))
def test_at07_each_bad_status_counts_for_ever(status):
    later = report("FIDO_CERTIFIED_L3", "2022-01-01")
    assert bad_statuses([report(status, "2021-01-01"), later], [], firmware=None) == (status,)


@pytest.mark.parametrize("status", ["UPDATE_AVAILABLE", "RETIRED", "NOT_FIDO_CERTIFIED"])
def test_other_statuses_are_not_bad(status):
    assert bad_statuses([report(status, "2021-01-01")], [], firmware=None) == ()


def test_a_report_about_one_certificate_is_about_keys_with_it():
    reports = [report("ATTESTATION_KEY_COMPROMISE", "2021-01-01", "ab" * 32)]
    assert bad_statuses(reports, {"ab" * 32}, firmware=None) == ("ATTESTATION_KEY_COMPROMISE",)
    assert bad_statuses(reports, {"cd" * 32}, firmware=None) == ()
