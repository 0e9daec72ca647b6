"""Settings that are unsafe, mean nothing, or not what somebody wanted, are refused by name."""

from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings

from tests.commands import SECRET
from wardkey import settings as operators
from wardkey.operating import checks
from wardkey.operating.checks_of_values import faults_of_spelling
from wardkey.settings import database

pytestmark = pytest.mark.looks_only

SAFE = {
    "SECRET_KEY": SECRET,
    "SECRET_KEY_FALLBACKS": [],
    "SERVICE_NAME": "Hospital sign-in",
    "HELPDESK_EMAIL": "it@hospital.example",
    "DEFAULT_FROM_EMAIL": "no-reply@hospital.example",
    "EMAIL_HOST": "mail.hospital.example",
    "EMAIL_PORT": 25,
    "EMAIL_HOST_USER": "",
    "EMAIL_USE_TLS": False,
    "CERTIFICATES_URL": "",
    "WEB_WORKERS": 2,
    "WEB_THREADS": 4,
    "STANDSTILL_SECONDS": 8,
    "BREACHED_PASSWORDS_URL": "",
    "API_ORIGINS": [],
    "CHECKPOINT_FOLDER": "",
    "CHECKPOINT_URL": "",
    "CACHE_URL": "",
    "METRICS_SECRET": "",
    "LOG_FORMAT": "plain",
    "TRACES": False,
    "COLLECTOR_PROTOCOL": "grpc",
    "ABOUT_FIDO2_URL": "https://fidoalliance.org/",
    "ABOUT_MFA_URL": "",
    "RELYING_PARTY_ID": "hospital.example",
    "ORIGINS": ["https://hospital.example", "https://keys.hospital.example:8443"],
    "LISTEN": "0.0.0.0:8000",
    "DEMO": False,
    "TRUSTED_PROXIES": [],
    "PROXY_HOPS": 1,
    "HASHES_AT_ONCE": 2,
    "NAMES_AN_ADDRESS": 200,
}
DEMO = {
    "RELYING_PARTY_ID": "localhost",
    "ORIGINS": ["http://localhost:8000"],
    "LISTEN": "127.0.0.1:8000",
    "DEMO": True,
}


def faults(**changes):
    return list(checks.faults_of_settings(SimpleNamespace(**{**SAFE, **changes})))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ORIGINS": ["http://localhost:8000"], "RELYING_PARTY_ID": "localhost"},
        {"TRUSTED_PROXIES": ["192.0.2.1", "10.0.0.0/24", "2001:db8::1"], "PROXY_HOPS": 2},
        {"BREACHED_PASSWORDS_URL": "https://breached.example/range/"},
        {"API_ORIGINS": ["https://desk.hospital.example"]},
        {"TRACES": True, "COLLECTOR_PROTOCOL": "http/protobuf"},
        {"CACHE_URL": "valkeys://wardkey:secret@cache.example:6379/0"},
        {"CACHE_URL": "unix:///run/valkey/valkey.sock"},
        {"CACHE_URL": "valkey://wardkey:secret@[::1]:6379/0"},
        {"CACHE_URL": "valkey://cache.example:6379/0"},
        {"ABOUT_FIDO2_URL": "", "ABOUT_MFA_URL": "https://about.example/mfa?in=short"},
        {"SECRET_KEY_FALLBACKS": [SECRET[::-1]]},
        {"METRICS_SECRET": SECRET[:32]},
        {"EMAIL_HOST_USER": "wardkey", "EMAIL_USE_TLS": True},
        {"EMAIL_HOST_USER": "wardkey", "EMAIL_HOST": "localhost"},
        {"DEFAULT_FROM_EMAIL": "Hospital <no-reply@hospital.example>", "EMAIL_PORT": 65_535},
        {"LISTEN": "unix:/run/wardkey/socket"},
        {"CERTIFICATES_URL": "https://intranet.hospital.example/tokens/{number}"},
        DEMO,
        {**DEMO, "LISTEN": "[::1]:8000"},
    ],
)
def test_safe_settings_have_no_fault(changes):
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SECRET_KEY": ""}, "There is no secret key"),
        ({"SECRET_KEY": SECRET[:49]}, "can be guessed"),
        ({"SECRET_KEY": "ab" * 40}, "can be guessed"),
        ({"SECRET_KEY": "change-me-" + SECRET}, "sample"),
        ({"SECRET_KEY": django_settings.SECRET_KEY}, "sample"),
        ({"ORIGINS": []}, "No origin is set"),
        ({"ORIGINS": ["https://elsewhere.example"]}, "does not fit"),
        ({"ORIGINS": ["https://evilhospital.example"]}, "does not fit"),
        ({"RELYING_PARTY_ID": "keys.hospital.example"}, "does not fit"),
        ({"ORIGINS": ["http://hospital.example"]}, "eavesdroppers"),
        ({"ORIGINS": ["https://hospital.example/"]}, "as browsers write it"),
        ({"ORIGINS": ["https://Hospital.example"]}, "as browsers write it"),
        ({"ORIGINS": ["https://hospital.example:443"]}, "as browsers write it"),
        ({"ORIGINS": ["https://hospital.example:no"]}, "as browsers write it"),
        ({"ORIGINS": ["ftp://hospital.example"]}, "as browsers write it"),
        ({"ORIGINS": ["hospital.example"]}, "as browsers write it"),
        ({"RELYING_PARTY_ID": "example"}, "everybody's domain"),
        ({"RELYING_PARTY_ID": "192.0.2.7", "ORIGINS": ["https://192.0.2.7"]}, "no host name"),
        ({"RELYING_PARTY_ID": "https://hospital.example"}, "no host name"),
        ({"TRUSTED_PROXIES": ["proxy"]}, "neither an address nor a network"),
        ({"TRUSTED_PROXIES": ["*"]}, "neither an address nor a network"),
        ({"TRUSTED_PROXIES": ["0.0.0.0/0"]}, "anybody may say"),
        ({"PROXY_HOPS": 2}, "no proxy is trusted"),
        ({"PROXY_HOPS": 0}, "WARDKEY_PROXY_HOPS is 0"),
        ({"SECRET_KEY_FALLBACKS": ["change-me-" + SECRET]}, "OLD_SECRET_KEYS is a sample"),
        ({"SECRET_KEY_FALLBACKS": [SECRET, SECRET[:49]]}, "OLD_SECRET_KEYS can be guessed"),
        ({"METRICS_SECRET": SECRET[:31]}, "METRICS_SECRET can be guessed"),
        ({"METRICS_SECRET": "ab" * 40}, "METRICS_SECRET can be guessed"),
        ({"METRICS_SECRET": "change-me-" + SECRET}, "METRICS_SECRET can be guessed"),
        ({"WEB_WORKERS": 0}, "WARDKEY_WEB_WORKERS is 0"),
        ({"WEB_THREADS": 0}, "WARDKEY_WEB_THREADS is 0"),
        ({"STANDSTILL_SECONDS": 0}, "WARDKEY_STANDSTILL_SECONDS is 0"),
        ({"SERVICE_NAME": ""}, "WARDKEY_SERVICE_NAME is empty"),
        ({"SERVICE_NAME": "Hospital\nBcc: all@hospital.example"}, "more than one line"),
        ({"HELPDESK_EMAIL": "ask IT"}, "WARDKEY_HELPDESK_EMAIL is no address"),
        ({"DEFAULT_FROM_EMAIL": "no-reply"}, "WARDKEY_MAIL_FROM is 'no-reply'"),
        ({"DEFAULT_FROM_EMAIL": "a@b.example\nBcc: c@d.example"}, "WARDKEY_MAIL_FROM is"),
        ({"EMAIL_PORT": 0}, "WARDKEY_SMTP_PORT is 0"),
        ({"EMAIL_PORT": 65_536}, "WARDKEY_SMTP_PORT is 65536"),
        ({"EMAIL_HOST_USER": "wardkey"}, "in clear"),
        ({"LISTEN": ""}, "WARDKEY_LISTEN is ''"),
        ({"LISTEN": "nonsense"}, "WARDKEY_LISTEN is 'nonsense'"),
        ({"LISTEN": "127.0.0.1:65536"}, "where nothing can listen"),
        ({"LISTEN": "http://127.0.0.1:8000"}, "where nothing can listen"),
        ({"CERTIFICATES_URL": "javascript:alert(1)"}, "WARDKEY_CERTIFICATES_URL is no https"),
        ({"ABOUT_MFA_URL": "https://[half"}, "WARDKEY_ABOUT_MFA_URL is no https address"),
        ({"BREACHED_PASSWORDS_URL": "https://b.example:99999/r"}, "no https address"),
        ({"API_ORIGINS": ["https://[half"]}, "WARDKEY_API_ORIGINS is not written as"),
        ({"HASHES_AT_ONCE": 0}, "nobody could sign in"),
        ({"NAMES_AN_ADDRESS": 0}, "nobody could sign in"),
        ({"ABOUT_MFA_URL": "javascript:alert(1)"}, "WARDKEY_ABOUT_MFA_URL is no https address"),
        ({"ABOUT_FIDO2_URL": "https:///about"}, "WARDKEY_ABOUT_FIDO2_URL is no https address"),
        ({"BREACHED_PASSWORDS_URL": "http://breached.example/range"}, "no https address"),
        ({"BREACHED_PASSWORDS_URL": "https://breached.example/?q="}, "no https address"),
        ({"BREACHED_PASSWORDS_URL": "https:///range"}, "no https address"),
        ({"API_ORIGINS": ["https://desk.example/"]}, "WARDKEY_API_ORIGINS is not written as"),
        ({"API_ORIGINS": ["*"]}, "WARDKEY_API_ORIGINS is not written as"),
        ({"CACHE_URL": "https://cache.example"}, "WARDKEY_CACHE_URL is no address of a cache"),
        ({"CACHE_URL": "valkeys:///0"}, "WARDKEY_CACHE_URL is no address of a cache"),
        ({"CACHE_URL": "valkey://:secret@cache.example"}, "would send its password in clear"),
        ({"CACHE_URL": "unix:"}, "WARDKEY_CACHE_URL is no address of a cache"),
        ({"TRACES": True}, "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'"),
        ({"DEMO": True}, "origin on another machine"),
        ({**DEMO, "LISTEN": "0.0.0.0:8000"}, "listens to other machines"),
        ({**DEMO, "LISTEN": ":8000"}, "listens to other machines"),
    ],
)
def test_wb20_unsafe_settings_are_named(changes, word):
    assert word in " ".join(faults(**changes))


def test_a_name_that_is_nearly_a_setting_s_sets_nothing_and_is_refused():
    slips = ("ORIGIN", "RPID", "SECRETKEY", "TRUSTED_PROXY", "SMTP_STARTTTLS", "CHECKPOINTS_URL")
    for slip in slips:
        [fault] = faults_of_spelling({f"WARDKEY_{slip}"}, known=operators.KNOWN)
        assert fault.startswith(f"There is no setting WARDKEY_{slip}. Call it WARDKEY_")
    others = {"WARDKEY_PORTAL", "WARDKEY_HOME", "SMTP_PORT", "ORIGINS", "PATH"}
    assert list(faults_of_spelling({*operators.KNOWN, *others}, known=operators.KNOWN)) == []


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("postgresql://wardkey@[2001:db8::1]:5433/x", "2001:db8::1", "5433"),
        ("postgresql://wardkey@%2FRun%2Fpostgresql/x", "/Run/postgresql", ""),
        ("postgresql://a:b%40c@Db.example:5432/x", "Db.example", "5432"),
    ],
)
def test_a_database_is_found_where_its_address_says(address, host, port):
    named = database.named_by(address)
    assert (named["HOST"], named["PORT"]) == (host, port)
    # For whoever serves and for the worker: to compile a question took longer than to answer it.
    assert "-c jit=off" in named["OPTIONS"]["options"]
