"""The metadata BLOB is believed only as far as its signature goes."""

import json
from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from wardkey.demo.key_models import SIGNER, invent, sign_blob
from wardkey.keymodels import mds
from wardkey.keymodels.mds import BlobRefused, download, read_blob, trusted_root

from ..ceremonies.certificates import issue
from .catalogue import CATALOGUE, NOW

BLOB, ROOT = CATALOGUE.blob, CATALOGUE.root
STRANGER = invent(seed=b"1" * 32, at=NOW)


def refused(blob, *, root=ROOT, at=NOW, signer=SIGNER):
    with pytest.raises(BlobRefused) as refusal:
        read_blob(blob, root=root, at=at, signer=signer)
    return refusal.value.reason


def signed(payload, **header):
    return sign_blob(payload, signer=CATALOGUE.signer, **header)


def test_a_signed_blob_is_read():
    payload = read_blob(BLOB, root=ROOT, at=NOW, signer=SIGNER)
    assert payload.number == 1
    assert payload.next_update == (NOW + timedelta(days=30)).date()
    assert len(payload.entries) == 33


def test_rs256_is_read_too_and_es256_is_not_taken_for_it():
    key = rsa.generate_private_key(65537, 2048)
    root = issue("MDS root", ca=True, key=key)
    names = CATALOGUE.signer.certificate.extensions[1].value
    leaf = issue("MDS", issuer=root, key=key, extensions=((names, False),))
    header = {"alg": "RS256", "x5c": [b64encode(leaf.der).decode()]}
    blob = signed(CATALOGUE.payload, **header)
    message = blob.rpartition(b".")[0]
    signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    whole = message + b"." + mds_encoded(signature)
    assert read_blob(whole, root=root.der, at=NOW, signer=SIGNER).number == 1
    assert refused(blob, root=root.der) == "signature"


def mds_encoded(data):
    return b64encode(data).translate(bytes.maketrans(b"+/", b"-_")).rstrip(b"=")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_every_part_is_under_the_signature(part):
    parts = BLOB.split(b".")
    other = sign_blob({**CATALOGUE.payload, "no": 2}, signer=CATALOGUE.signer, kid="1").split(b".")
    parts[part] = other[part]
    assert refused(b".".join(parts)) == "signature"


def test_an_unsigned_blob_is_refused():
    protected, payload, _signature = BLOB.split(b".")
    assert refused(protected + b"." + payload + b".") == "signature"
    assert refused(signed(CATALOGUE.payload, alg="none")) == "algorithm"
    assert refused(signed(CATALOGUE.payload, alg="HS256")) == "algorithm"
    for algorithm in (None, 7, ["ES256"], {"ES256": 1}):
        assert refused(signed(CATALOGUE.payload, alg=algorithm)) == "algorithm"


def test_what_is_critical_and_unknown_is_not_passed_over():
    assert refused(signed(CATALOGUE.payload, crit=["b64"], b64=False)) == "critical"
    assert refused(signed(CATALOGUE.payload, crit=[])) == "critical"
    blob = signed(CATALOGUE.payload, b64=True)
    assert read_blob(blob, root=ROOT, at=NOW, signer=SIGNER).number == 1


def test_the_signer_is_certified_by_the_root():
    assert refused(STRANGER.blob) == "path"
    assert refused(BLOB, root=STRANGER.root) == "path"
    mixed = sign_blob(CATALOGUE.payload, signer=STRANGER.signer, x5c=chain_of(CATALOGUE.signer))
    assert refused(mixed) == "signature"


def chain_of(*authorities):
    return [b64encode(each.der).decode() for each in authorities]


@pytest.mark.parametrize("chain", [None, [], "MIIB", [1], ["not base64!"], chain_of() * 9])
def test_a_malformed_path_is_refused(chain):
    assert refused(signed(CATALOGUE.payload, x5c=chain)) == "path"
    assert refused(signed(CATALOGUE.payload, x5c=chain_of(CATALOGUE.signer) * 9)) == "path"


def test_the_signer_has_the_right_name():
    assert refused(BLOB, signer="mds.fidoalliance.org") == "signer"
    nameless = next(each for each in CATALOGUE.models if each.name == "Rowan Key")
    blob = sign_blob(CATALOGUE.payload, signer=nameless.batch)
    assert refused(blob, root=nameless.root.der) == "signer"


def test_dates_of_the_signer_count():
    assert refused(BLOB, at=NOW - 10 * timedelta(days=365)) == "path"
    assert refused(BLOB, at=NOW + 40 * timedelta(days=365)) == "path"


def test_at13_what_came_is_no_blob():
    assert refused(b"<html><body>Too many requests</body></html>") == "not_a_jws"
    assert refused(b"") == "not_a_jws"
    assert refused(b"a.b") == "not_a_jws"
    assert refused(b"a.b.c.d") == "not_a_jws"
    assert refused(b"!!!.!!!.!!!") == "not_a_jws"
    assert refused(b"W10.e30.AAAA") == "not_a_jws"
    assert refused(b"e30." * 3) == "not_a_jws"
    assert refused(b"e" * 70_000 + b".e30.AAAA") == "not_a_jws"


def test_at13_a_download_that_was_cut_or_never_ends():
    assert refused(BLOB[:-10]) == "signature"
    assert refused(BLOB[: len(BLOB) // 2]) == "not_a_jws"
    assert refused(bytes(mds.LARGEST_BLOB + 1)) == "too_large"


def test_line_ends_around_a_saved_file_do_no_harm():
    assert read_blob(BLOB + b"\r\n", root=ROOT, at=NOW, signer=SIGNER).number == 1


@pytest.mark.parametrize(
    "change",
    [
        {"no": "1"},
        {"no": 0},
        {"no": True},
        {"no": 1 << 63},
        {"no": None},
        {"entries": {}},
        {"entries": None},
        {"nextUpdate": "soon"},
        {"nextUpdate": None},
    ],
)
def test_a_signed_payload_must_have_its_shape(change):
    assert refused(signed({**CATALOGUE.payload, **change})) == "payload"
    assert refused(signed([])) == "payload"


def test_a_payload_without_a_member_is_refused():
    for name in ("no", "nextUpdate", "entries"):
        payload = {key: value for key, value in CATALOGUE.payload.items() if key != name}
        assert refused(signed(payload)) == "payload"


def test_the_root_comes_out_of_the_systems_bundle_by_its_fingerprint():
    wanted, other = issue("Wanted", ca=True), issue("Other", ca=True)
    bundle = b"".join(each.certificate.public_bytes(Encoding.PEM) for each in (other, wanted))
    fingerprint = wanted.certificate.fingerprint(hashes.SHA256()).hex()
    assert trusted_root(bundle, sha256=fingerprint) == wanted.der
    for without in (bundle, b"", b"<html>"):
        with pytest.raises(BlobRefused, match="no_root"):
            trusted_root(without)


def test_nothing_is_fetched_without_https():
    for url in ("http://mds3.fidoalliance.org/", "file:///etc/passwd", "ftp://mds.example/"):
        with pytest.raises(BlobRefused, match="address"):
            download(url)


def test_a_download_is_cut_at_the_limit(monkeypatch):
    asked = []

    class Response:
        def __enter__(self):
            return self

        def __exit__(self, *_details):
            return None

        def read(self, size):
            asked.append(size)
            return BLOB

    monkeypatch.setattr(mds, "urlopen", lambda request, timeout: Response())
    assert download("https://mds.example/") == BLOB
    assert asked == [mds.LARGEST_BLOB + 1]


def test_the_header_is_plain_json():
    header = json.loads(urlsafe_b64decode(BLOB.split(b".")[0] + b"=="))
    assert header["alg"] == "ES256"
