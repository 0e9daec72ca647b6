"""tpm with each kind of credential key, each digest and each algorithm of its attestation key."""

import hashlib
import struct

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.statements import verify_statement

from .attestations import CLIENT_DATA_HASH, data_for, tpm_leaf
from .certificates import key_for

AIK_P256 = tpm_leaf(key=key_for("AIK P-256"))
# COSE algorithm and curve, TPM's curve, the curve
CURVES = [
    (-7, 1, 0x0003, ec.SECP256R1()),
    (-35, 2, 0x0004, ec.SECP384R1()),
    (-36, 3, 0x0005, ec.SECP521R1()),
]
NAME_HASHES = {0x000B: hashlib.sha256, 0x000C: hashlib.sha384, 0x000D: hashlib.sha512}


def sized(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def head(kind: int, name_hash: int) -> bytes:
    return struct.pack("!HHLH", kind, name_hash, 0x00060472, 0)


def elliptic(cose_algorithm: int, cose_curve: int, tpm_curve: int, curve, name_hash: int = 0x000B):
    """A credential and its public area."""
    numbers = key_for("Credential", curve).public_key().public_numbers()
    x, y = (each.to_bytes((curve.key_size + 7) // 8) for each in (numbers.x, numbers.y))
    scheme = struct.pack("!HHHH", 0x0010, 0x0010, tpm_curve, 0x0010)
    cose = {1: 2, 3: cose_algorithm, -1: cose_curve, -2: x, -3: y}
    return data_for(cose), head(0x0023, name_hash) + scheme + sized(x) + sized(y)


def of_rsa(*, exponent: int = 0):
    """0 stands for 65537, as in TPMS_RSA_PARMS."""
    modulus = (1 << 2047 | 1).to_bytes(256)
    cose = {1: 3, 3: -257, -1: modulus, -2: b"\x01\x00\x01"}
    parameters = struct.pack("!HHHL", 0x0010, 0x0010, 2048, exponent)
    return data_for(cose), head(0x0001, 0x000B) + parameters + sized(modulus)


def certified(data, area: bytes, digest) -> bytes:
    name_hash = int.from_bytes(area[2:4])
    name = area[2:4] + NAME_HASHES[name_hash](area).digest()
    extra = digest(data.raw + CLIENT_DATA_HASH).digest()
    parts = sized(b"signer") + sized(extra) + bytes(25) + sized(name) + sized(b"qualified")
    return b"\xffTCG\x80\x17" + parts


def judge(data, area, *, leaf=AIK_P256, algorithm=-7, digest=hashlib.sha256, how=None):
    """`how` the attestation key signs, after what `cryptography` asks for."""
    cert_info = certified(data, area, digest)
    signature = leaf.key.sign(cert_info, *(how or [ec.ECDSA(hashes.SHA256())]))
    statement = {
        "ver": "2.0",
        "alg": algorithm,
        "x5c": [leaf.der],
        "sig": signature,
        "certInfo": cert_info,
        "pubArea": area,
    }
    return verify_statement(
        format="tpm", statement=statement, data=data, client_data_hash=CLIENT_DATA_HASH
    ).type


@pytest.fixture(scope="module")
def rsa_leaf():
    return tpm_leaf(key=rsa.generate_private_key(65537, 2048))


def refused(*arguments, **options) -> bool:
    with pytest.raises(Refused) as refusal:
        judge(*arguments, **options)
    return str(refusal.value) == "7.1.22 attestation"


@pytest.mark.parametrize(("cose_algorithm", "cose_curve", "tpm_curve", "curve"), CURVES)
def test_a_credential_on_each_curve_and_no_other(cose_algorithm, cose_curve, tpm_curve, curve):
    # ES512 is not offered to anybody, yet a statement about such a key can be judged.
    data, area = elliptic(cose_algorithm, cose_curve, tpm_curve, curve)
    assert judge(data, area) == "attca"
    for other in {0x0001, 0x0003, 0x0004, 0x0005, 0x0006} - {tpm_curve}:
        assert refused(*elliptic(cose_algorithm, cose_curve, other, curve))


def test_an_rsa_credential_has_the_modulus_and_the_exponent_of_its_public_area():
    data, area = of_rsa()
    assert judge(data, area) == "attca"
    assert judge(*of_rsa(exponent=65537)) == "attca"
    assert refused(*of_rsa(exponent=65539))
    assert refused(data, area[:-1] + b"\x03")


@pytest.mark.parametrize("name_hash", NAME_HASHES)
def test_a_name_by_each_digest_of_sha_2(name_hash):
    data, area = elliptic(*CURVES[0], name_hash)
    assert judge(data, area) == "attca"


ALGORITHMS = {
    -257: (hashlib.sha256, [padding.PKCS1v15(), hashes.SHA256()]),
    -37: (
        hashlib.sha256,
        [padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH), hashes.SHA256()],
    ),
    -65535: (hashlib.sha1, [padding.PKCS1v15(), hashes.SHA1()]),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_attestation_key_of_rsa_signs_with_its_algorithm_and_digest(rsa_leaf, algorithm):
    digest, how = ALGORITHMS[algorithm]
    credential = elliptic(*CURVES[0])
    signing = {"leaf": rsa_leaf, "algorithm": algorithm, "how": how}
    assert judge(*credential, digest=digest, **signing) == "attca"
    assert refused(*credential, digest=hashlib.sha384, **signing)
    for other in ALGORITHMS.keys() - {algorithm}:
        assert refused(*credential, digest=digest, **{**signing, "algorithm": other})


@pytest.mark.parametrize(
    ("algorithm", "digest", "curve", "signed_with"),
    [
        (-7, hashlib.sha256, ec.SECP256R1(), hashes.SHA256()),
        (-35, hashlib.sha384, ec.SECP384R1(), hashes.SHA384()),
        (-36, hashlib.sha512, ec.SECP521R1(), hashes.SHA512()),
    ],
)
def test_an_attestation_key_on_each_curve(algorithm, digest, curve, signed_with):
    signing = {
        "leaf": tpm_leaf(key=key_for("AIK", curve)),
        "algorithm": algorithm,
        "how": [ec.ECDSA(signed_with)],
    }
    assert judge(*elliptic(*CURVES[0]), digest=digest, **signing) == "attca"
    assert refused(*elliptic(*CURVES[0]), digest=hashlib.sha1, **signing)
