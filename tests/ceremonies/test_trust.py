"""Certificate paths: each rule of RFC 5280 broken alone, beside the path that keeps them (AT06)."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.trust import path_is_trusted, require_trusted_path

from .certificates import AFTER, BEFORE, NOW, issue, key_for, key_usage, subject

UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
SECOND = timedelta(seconds=1)

ROOT = issue("Root", ca=True, extensions=((key_usage(cert_sign=True), True),))
OTHER_ROOT = issue("Other root", ca=True)
INTERMEDIATE = issue("Intermediate", issuer=ROOT, ca=True, path_length=0)
LEAF = issue("Leaf", issuer=INTERMEDIATE)


def trusted(*path, anchors=(ROOT,), at=NOW):
    return path_is_trusted(
        trust_path=[each.der for each in path], anchors=[each.der for each in anchors], at=at
    )


@pytest.fixture(scope="module")
def rsa_keys():
    return {bits: rsa.generate_private_key(65537, bits) for bits in (1024, 2047, 2048)}


# -- where a path may end


def test_a_path_ends_at_the_root_that_issued_its_last_certificate():
    assert trusted(LEAF, INTERMEDIATE)
    assert not trusted(LEAF, INTERMEDIATE, anchors=[OTHER_ROOT])
    assert not trusted(LEAF, INTERMEDIATE, anchors=[])


def test_a_path_that_carries_its_root_ends_there():
    assert trusted(LEAF, INTERMEDIATE, ROOT)
    assert not trusted(LEAF, INTERMEDIATE, ROOT, anchors=[OTHER_ROOT])


def test_an_anchor_may_be_an_intermediate():
    assert trusted(LEAF, anchors=[INTERMEDIATE])
    assert trusted(LEAF, INTERMEDIATE, anchors=[INTERMEDIATE])


def test_an_anchor_may_be_the_leaf_itself_but_then_issues_nothing():
    assert trusted(LEAF, anchors=[LEAF])
    assert not trusted(issue("Below the leaf", issuer=LEAF), anchors=[LEAF])


def test_among_anchors_of_one_name_the_one_with_the_right_key_counts():
    namesake = issue("Namesake", subject_name=ROOT.certificate.subject, ca=True)
    assert trusted(LEAF, INTERMEDIATE, anchors=[namesake, ROOT])
    assert not trusted(LEAF, INTERMEDIATE, anchors=[namesake])


@pytest.mark.parametrize("kind", ["rsa", "ed25519", "P-384", "x25519"])
def test_a_namesake_with_a_key_of_another_kind_is_no_fault(rsa_keys, kind):
    """Makers do have such roots; found before the right one, it must not end the search."""
    keys = {
        "rsa": rsa_keys[2048],
        "ed25519": ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
        "P-384": key_for("P-384", ec.SECP384R1()),
        "x25519": x25519.X25519PrivateKey.from_private_bytes(bytes(32)),
    }
    name = ROOT.certificate.subject
    namesake = issue("Namesake", issuer=OTHER_ROOT, subject_name=name, ca=True, key=keys[kind])
    assert trusted(LEAF, INTERMEDIATE, anchors=[namesake, ROOT])
    assert trusted(LEAF, INTERMEDIATE, anchors=[ROOT, namesake])
    assert not trusted(LEAF, INTERMEDIATE, anchors=[namesake])


def test_a_namesake_may_have_signed_with_a_key_of_another_kind(rsa_keys):
    other = issue("RSA", subject_name=ROOT.certificate.subject, ca=True, key=rsa_keys[2048])
    leaf = issue("Leaf", issuer=other)
    assert trusted(leaf, anchors=[ROOT, other])
    assert not trusted(leaf, anchors=[ROOT])


def test_no_certificate_is_no_path():
    assert not trusted(anchors=[LEAF])


# -- RFC 5280, rule by rule


def test_every_certificate_must_be_signed_by_the_next():
    forged = issue("Leaf", issuer=OTHER_ROOT, issuer_name=INTERMEDIATE.certificate.subject)
    assert not trusted(forged, INTERMEDIATE)
    assert not trusted(INTERMEDIATE, LEAF)


def test_every_issuer_must_have_the_name_that_the_certificate_gives():
    renamed = issue("Leaf", issuer=INTERMEDIATE, issuer_name=subject("Somebody else"))
    assert not trusted(renamed, INTERMEDIATE)
    renamed = issue("Intermediate", issuer=ROOT, issuer_name=subject("Nobody"), ca=True)
    assert not trusted(issue("Leaf", issuer=renamed), renamed)


@pytest.mark.parametrize(
    ("at", "expected"),
    [(BEFORE - SECOND, False), (BEFORE, True), (AFTER, True), (AFTER + SECOND, False)],
)
def test_dates_count_to_the_second(at, expected):
    assert trusted(LEAF, INTERMEDIATE, at=at) is expected


@pytest.mark.parametrize("place", ["leaf", "intermediate", "root"])
def test_each_certificate_must_be_in_time(place):
    root, between, leaf = ({"until": NOW - SECOND} if place == each else {} for each in PLACES)
    ca = issue("Root", ca=True, **root)
    middle = issue("Intermediate", issuer=ca, ca=True, **between)
    assert not trusted(issue("Leaf", issuer=middle, **leaf), middle, anchors=[ca])


PLACES = ("root", "intermediate", "leaf")


@pytest.mark.parametrize("ca", [False, None])
def test_an_issuer_must_be_a_certificate_authority(ca):
    middle = issue("Intermediate", issuer=ROOT, ca=ca)
    assert not trusted(issue("Leaf", issuer=middle), middle)


@pytest.mark.parametrize(("ca", "expected"), [(True, True), (None, True), (False, False)])
def test_an_anchor_may_leave_its_authority_unsaid_but_not_deny_it(ca, expected):
    anchor = issue("Anchor", ca=ca)
    assert trusted(issue("Leaf", issuer=anchor), anchors=[anchor]) is expected


@pytest.mark.parametrize(("length", "expected"), [(None, True), (1, True), (0, False)])
def test_path_length_of_the_anchor_counts_the_authorities_below_it(length, expected):
    root = issue("Root", ca=True, path_length=length)
    middle = issue("Intermediate", issuer=root, ca=True)
    assert trusted(issue("Leaf", issuer=middle), middle, anchors=[root]) is expected


def test_path_length_of_an_intermediate_forbids_another_below_it():
    second = issue("Second intermediate", issuer=INTERMEDIATE, ca=True)
    assert not trusted(issue("Leaf", issuer=second), second, INTERMEDIATE)


@pytest.mark.parametrize("cert_sign", [True, False])
def test_key_usage_where_present_must_allow_signing_certificates(cert_sign):
    usage = ((key_usage(cert_sign=cert_sign), True),)
    middle = issue("Intermediate", issuer=ROOT, ca=True, extensions=usage)
    assert trusted(issue("Leaf", issuer=middle), middle) is cert_sign


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize("place", ["intermediate", "leaf"])
def test_an_unknown_extension_must_not_be_critical(place, critical):
    between, last = (((UNKNOWN, critical),) if place == each else () for each in PLACES[1:])
    middle = issue("Intermediate", issuer=ROOT, ca=True, extensions=between)
    leaf = issue("Leaf", issuer=middle, extensions=last)
    assert trusted(leaf, middle) is not critical


@pytest.mark.parametrize("critical", [True, False])
def test_name_constraints_are_refused_because_they_are_not_enforced(critical):
    constraints = x509.NameConstraints([x509.DirectoryName(subject("Anybody"))], None)
    middle = issue("Intermediate", issuer=ROOT, ca=True, extensions=((constraints, critical),))
    assert not trusted(issue("Leaf", issuer=middle), middle)


# -- strength


def test_a_path_may_not_rest_on_sha_1(rsa_keys):
    root = issue("RSA root", ca=True, key=rsa_keys[2048])
    strong = issue("Leaf", issuer=root)
    weak = signed_again_with_sha_1(strong, root.key)
    assert trusted(strong, anchors=[root])
    assert not path_is_trusted(trust_path=[weak], anchors=[root.der], at=NOW)
    # the anchor's own signature proves nothing
    assert path_is_trusted(trust_path=[weak], anchors=[weak], at=NOW)


def signed_again_with_sha_1(issued, key):
    """The library refuses to make such a certificate."""
    sha_256, sha_1 = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    signed = issued.certificate.tbs_certificate_bytes.replace(sha_256, sha_1)
    old = issued.der.replace(sha_256, sha_1)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    return old.removesuffix(issued.certificate.signature) + signature


def test_a_path_may_not_rest_on_a_short_hash():
    assert trusted(issue("Leaf", issuer=ROOT, digest=hashes.SHA384()))
    assert not trusted(issue("Leaf", issuer=ROOT, digest=hashes.SHA224()))


def test_rsa_needs_2048_bits_in_issuer_and_leaf(rsa_keys):
    assert trusted(issue("Leaf", issuer=ROOT, key=rsa_keys[2048]))
    assert not trusted(issue("Leaf", issuer=ROOT, key=rsa_keys[1024]))
    assert not trusted(issue("Leaf", issuer=ROOT, key=rsa_keys[2047]))
    small = issue("Small root", ca=True, key=rsa_keys[1024])
    assert not trusted(issue("Leaf", issuer=small), anchors=[small])


def test_curves_must_be_the_usual_ones():
    assert trusted(issue("P-384", issuer=ROOT, key=key_for("P-384", ec.SECP384R1())))
    assert not trusted(issue("P-192", issuer=ROOT, key=key_for("P-192", ec.SECP192R1())))


def test_an_edwards_key_may_issue_and_be_certified():
    root = issue("Root", ca=True, key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    leaf = issue("Leaf", issuer=root, key=ed25519.Ed25519PrivateKey.from_private_bytes(b"1" * 32))
    assert trusted(leaf, anchors=[root])


# -- hostile paths


@pytest.mark.parametrize(("authorities", "expected"), [(8, True), (9, False)])
def test_a_path_has_at_most_eight_certificates(authorities, expected):
    path = [ROOT]
    for number in range(authorities):
        path.insert(0, issue(f"Authority {number}", issuer=path[0], ca=True))
    assert trusted(*path[:-1]) is expected


def test_a_loop_of_one_self_issued_certificate_ends():
    loop = issue("Loop", ca=True)
    assert not trusted(*[loop] * 8)
    assert not trusted(*[loop] * 1000)


@pytest.mark.parametrize("garbage", [b"", b"\x30", b"<html>", bytes(70_000)])
def test_what_is_no_certificate_is_not_trusted(garbage):
    anchors = [ROOT.der]
    assert not path_is_trusted(trust_path=[garbage], anchors=anchors, at=NOW)
    assert not path_is_trusted(trust_path=[LEAF.der, garbage], anchors=anchors, at=NOW)
    assert not path_is_trusted(trust_path=[INTERMEDIATE.der], anchors=[garbage], at=NOW)


def test_the_refusal_names_step_24():
    path = [LEAF.der, INTERMEDIATE.der]
    require_trusted_path(trust_path=path, anchors=[ROOT.der], at=NOW)
    with pytest.raises(Refused) as refused:
        require_trusted_path(trust_path=path, anchors=[OTHER_ROOT.der], at=NOW)
    assert (refused.value.step, refused.value.reason) == ("7.1.24", "chain")
