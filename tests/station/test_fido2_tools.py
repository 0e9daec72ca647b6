"""Debian's fido2-tools, another implementation of CTAP, drive the simulated key as they are."""

from base64 import b64encode

import pytest

from tests.station.fido2_tools import AT_ONCE, Fido2Tools, lent

PIN, OTHER_PIN = "481516", "234200"
RP_ID = "portal.example"
CHALLENGE = b64encode(b"hash of what the browser says...").decode()
USER = b64encode(b"ben").decode()


@pytest.fixture
def tools(tmp_path):
    with lent(tmp_path) as key:
        yield Fido2Tools(tmp_path, key)


@pytest.fixture
def with_pin(tools):
    tools.says("fido2-token", "-S", tools.key, pins=[PIN, PIN])
    return tools


def written(file, *lines):
    file.write_text("".join(f"{each}\n" for each in lines))
    return file


def registered(tools, *, extension=(), verifies=(), kind="es256"):
    """A discoverable credential whose attestation libfido2 has verified: its id, its public key."""
    asked = written(tools.home / "asked", CHALLENGE, RP_ID, "ben@northside.example", USER)
    made, verified = tools.home / "made", tools.home / "verified"
    making = ["fido2-cred", "-M", "-r", *extension, "-i", asked, "-o", made, tools.key, kind]
    tools.says(*making, pins=[PIN])
    tools.says("fido2-cred", "-V", *verifies, "-i", made, "-o", verified, kind)
    credential_id, *public_key = verified.read_text().splitlines()
    return credential_id, written(tools.home / "public.pem", *public_key)


def test_they_read_what_key_it_is(tools):
    shown = tools.says("fido2-token", "-I", tools.key)
    assert "version strings: U2F_V2, FIDO_2_0, FIDO_2_1_PRE, FIDO_2_1" in shown
    assert "noclientPin" in shown
    assert "pin protocols: 2, 1" in shown


def test_a_pin_is_set_and_changed(tools):
    tools.says("fido2-token", "-S", tools.key, pins=[PIN, PIN])
    tools.says("fido2-token", "-C", tools.key, pins=[PIN, OTHER_PIN, OTHER_PIN])

    refused = tools.refuses("fido2-token", "-C", tools.key, pins=[PIN, OTHER_PIN, OTHER_PIN])

    assert "FIDO_ERR_PIN_INVALID" in refused
    assert "pin retries: 7" in tools.says("fido2-token", "-I", tools.key)


@pytest.mark.parametrize("kind", ["es256", "rs256", "eddsa"])
def test_a_credential_is_registered_and_signs(with_pin, kind):
    tools = with_pin
    credential_id, public_key = registered(tools, kind=kind)
    asked = written(tools.home / "asked", CHALLENGE, RP_ID, credential_id)
    signed = tools.home / "signed"

    tools.says("fido2-assert", "-G", "-v", "-i", asked, "-o", signed, tools.key, pins=[PIN])

    tools.says("fido2-assert", "-V", "-p", "-v", "-i", signed, public_key, kind)
    _challenge, *others = signed.read_text().splitlines()
    forged = written(tools.home / "forged", b64encode(bytes(32)).decode(), *others)
    tools.refuses("fido2-assert", "-V", "-p", "-v", "-i", forged, public_key, kind)


def test_the_same_salt_gives_the_same_secret(with_pin):
    tools = with_pin
    registered(tools, extension=["-h"], verifies=["-h"])
    salt = b64encode(b"salt of thirty-two bytes exactly").decode()
    asked = written(tools.home / "asked", CHALLENGE, RP_ID, salt)

    def secret():
        answer = tools.home / "answer"
        words = ["fido2-assert", "-G", "-r", "-h", "-v", "-i", asked, "-o", answer, tools.key]
        tools.says(*words, pins=[PIN])
        return answer.read_text().splitlines()[-1]

    assert secret() == secret()


def test_credentials_are_listed_and_deleted(with_pin):
    tools = with_pin
    credential_id, _public_key = registered(tools)

    assert RP_ID in tools.says("fido2-token", "-L", "-r", tools.key, pins=[PIN])
    assert credential_id in tools.says("fido2-token", "-L", "-k", RP_ID, tools.key, pins=[PIN])
    tools.says("fido2-token", "-D", "-i", credential_id, tools.key, pins=[PIN])
    none_left = tools.refuses("fido2-token", "-L", "-r", tools.key, pins=[PIN])
    assert "FIDO_ERR_NO_CREDENTIALS" in none_left


def test_a_large_blob_is_kept(with_pin):
    tools = with_pin
    registered(tools, extension=["-b"])
    blob, back = written(tools.home / "blob", "a large blob " * 60), tools.home / "back"

    tools.says("fido2-token", "-S", "-b", "-n", RP_ID, blob, tools.key, pins=[PIN])
    tools.says("fido2-token", "-G", "-b", "-n", RP_ID, back, tools.key, pins=[PIN])

    assert back.read_text() == blob.read_text()


def test_it_is_configured(with_pin):
    tools = with_pin
    for setting in (["-u"], ["-a"], ["-l", "6"], ["-f"]):
        tools.says("fido2-token", "-S", *setting, tools.key, pins=[PIN])

    shown = tools.says("fido2-token", "-I", tools.key)

    assert "minpinlen: 6" in shown
    assert "pin change required: true" in shown
    assert ", alwaysUv" in shown
    assert "options: ep" in shown
    tools.refuses("fido2-token", "-S", "-l", "4", tools.key, pins=[PIN])


def test_it_is_reset_soon_after_it_was_plugged_in(with_pin):
    with_pin.says("fido2-token", "-R", with_pin.key)
    assert "noclientPin" in with_pin.says("fido2-token", "-I", with_pin.key)


def test_it_is_not_reset_later(tmp_path):
    with lent(tmp_path) as key:
        Fido2Tools(tmp_path, key).says("fido2-token", "-S", key, pins=[PIN, PIN])
    eleven_seconds_on = {**AT_ONCE, "clock": {"waits": "real", "ahead_s": 11}}
    with lent(tmp_path, eleven_seconds_on) as key:
        tools = Fido2Tools(tmp_path, key)
        assert "FIDO_ERR_NOT_ALLOWED" in tools.refuses("fido2-token", "-R", key)
        assert "clientPin" in tools.says("fido2-token", "-I", key)
