"""A key tells its firmware; metadata tells which versions are certified and which are weak."""

from datetime import date

import pytest

from tests.ceremonies.certificates import issue
from tests.softkey import octets
from wardkey.base.clock import standing_at
from wardkey.base.errors import ModelNotAllowed
from wardkey.keymodels.attestation import prove
from wardkey.keymodels.firmware import is_older, told_by
from wardkey.keymodels.models import Certification
from wardkey.keymodels.policy import ModelPolicy, require_allowed_model
from wardkey.keymodels.statuses import certification_on, weak_up_to

from .catalogue import NOW, key_of, model, registered, take_in

OID = "1.3.6.1.4.1.41482.13.1"
THISTLE = model("Thistle Two")
WEAK, MENDED = bytes((5, 6, 9)), bytes((5, 7, 0))
BYPASS = {
    "status": "USER_VERIFICATION_BYPASS",
    "effectiveDate": "2025-01-01",
    "authenticatorVersion": int.from_bytes(WEAK),
}


def proved(firmware: bytes, *, lowest: int | None = None, **entry):
    """A Thistle Two with that firmware, once metadata says `entry` about it."""
    statement = dict(THISTLE.entry["metadataStatement"])
    statement.pop("authenticatorVersion")
    if lowest is not None:
        statement["authenticatorVersion"] = lowest
    with standing_at(NOW):
        take_in(entries=[THISTLE.entry | {"metadataStatement": statement} | entry])
        return prove(registered(key_of(THISTLE, firmware=firmware)), at=NOW)


@pytest.mark.django_db
def test_at08_a_weakness_of_older_firmware_spares_what_is_newer():
    assert proved(WEAK, statusReports=[BYPASS]).bad_statuses == ("USER_VERIFICATION_BYPASS",)
    assert proved(bytes((4, 0, 0)), statusReports=[BYPASS]).bad_statuses
    assert proved(MENDED, statusReports=[BYPASS]).bad_statuses == ()


@pytest.mark.django_db
def test_at08_of_a_key_that_does_not_tell_the_worse_is_believed():
    assert proved(b"", statusReports=[BYPASS]).bad_statuses
    assert proved(b"", lowest=int.from_bytes(WEAK), statusReports=[BYPASS]).bad_statuses
    assert not proved(b"", lowest=int.from_bytes(MENDED), statusReports=[BYPASS]).bad_statuses


@pytest.mark.django_db
def test_at08_firmware_older_than_any_that_is_described_is_refused_where_models_matter():
    old, new = (proved(own, lowest=int.from_bytes(MENDED)) for own in (WEAK, MENDED))
    assert (old.outdated, new.outdated) == (True, False)
    for policy in (
        ModelPolicy(models="attested"),
        ModelPolicy(models="listed", listed={THISTLE.aaguid}),
    ):
        require_allowed_model(policy, new)
        with pytest.raises(ModelNotAllowed) as refusal:
            require_allowed_model(policy, old)
        assert refusal.value.reason == "firmware"
    require_allowed_model(ModelPolicy(), old)


@pytest.mark.django_db
def test_at08_the_keys_own_version_is_what_is_kept():
    assert proved(MENDED, lowest=2).firmware_version == 0x050700
    assert proved(b"", lowest=2).firmware_version == 2
    assert proved(b"").firmware_version == 257  # what the device itself tells


@pytest.mark.django_db
def test_at08_a_level_reached_with_newer_firmware_is_not_that_of_an_older_key():
    report = BYPASS | {
        "status": "FIDO_CERTIFIED_L2",
        "authenticatorVersion": int.from_bytes(MENDED),
    }
    assert proved(MENDED, statusReports=[report]).certification == Certification.L2
    assert proved(WEAK, statusReports=[report]).certification == Certification.NONE


@pytest.mark.django_db
def test_at08_the_leaf_tells_the_version_not_who_issued_it():
    registration = registered(key_of(THISTLE, firmware=MENDED))
    whole = (*registration.trust_path, THISTLE.root.der)
    with standing_at(NOW):
        take_in()
        told = prove(registration._replace(trust_path=whole), at=NOW)
    assert (told.attested, told.firmware_version) == (True, 0x050700)


def test_a_certificate_of_a_version_counts_from_it_on():
    reports = [
        {"status": "FIDO_CERTIFIED_L1", "since": "2020-01-01", "firmware": None},
        {"status": "FIDO_CERTIFIED_L2", "since": "2021-01-01", "firmware": 7},
    ]
    for firmware, level in ((6, 1), (7, 3), (8, 3), (None, 3)):
        found = certification_on(date(2026, 1, 1), reports, firmware=firmware)
        assert found == Certification(level)


def test_the_last_weak_version_is_known_only_where_every_report_names_one():
    good = {"status": "FIDO_CERTIFIED", "firmware": None}
    five, seven = ({"status": "REVOKED", "firmware": number} for number in (5, 7))
    assert weak_up_to([good, seven, five]) == 7
    assert weak_up_to([five, {"status": "REVOKED"}]) is None


def test_nothing_is_older_than_what_nobody_knows():
    assert is_older(1, 2)
    assert not any((is_older(2, 2), is_older(3, 2), is_older(None, 2), is_older(1, None)))


@pytest.mark.parametrize("value", [b"", bytes(2), bytes(4)])
def test_a_version_in_another_shape_is_none(value):
    assert told_by(issue("Odd", extensions=((octets(OID, value), False),)).der) is None


def test_a_version_is_three_bytes_in_a_row():
    assert told_by(issue("Told", extensions=((octets(OID, MENDED), False),)).der) == 0x050700
    assert told_by(issue("Silent").der) is None
    text = octets(OID, MENDED).value
    other_tag = type(octets(OID, b""))(octets(OID, b"").oid, b"\x0c" + text[1:])
    assert told_by(issue("Tag", extensions=((other_tag, False),)).der) is None
