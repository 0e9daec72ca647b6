"""Everything that an operator can set, read once from WARDKEY_… environment variables.

docs/settings.md explains each; a test holds that page to this file.
`wardkey check` (cli.py) refuses values that are unsafe together.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from . import database, log

PACKAGE = Path(__file__).resolve().parents[1]


KNOWN: set[str] = set()  # the names that are read


def _text(name: str, default: str = "") -> str:
    KNOWN.add(name)
    return os.environ.get(name, default).strip()


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in _text(name, default).split(",") if word.strip()]


def _number(name: str, default: int) -> int:
    value = _text(name, str(default))
    if not value.isdecimal():
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _switch(name: str) -> bool:
    """What somebody meant by another word is not guessed: off, mail would go in clear."""
    value = _text(name)
    if value not in {"", "0", "1"}:
        raise ValueError(f"{name} must be 1 or 0, not {value!r}")
    return value == "1"


def _hosts(origins: list[str]) -> set[str]:
    try:
        return {urlsplit(origin).hostname or "" for origin in origins}
    except ValueError:
        raise ValueError("WARDKEY_ORIGINS has an address with one bracket [ too few") from None


# -- what the portal is called, and whom to call
SERVICE_NAME = _text("WARDKEY_SERVICE_NAME", "Wardkey")
SERVICE_LOGO = _text("WARDKEY_SERVICE_LOGO")
HELPDESK_EMAIL = _text("WARDKEY_HELPDESK_EMAIL", "helpdesk@wardkey.example")
HELPDESK_PHONE = _text("WARDKEY_HELPDESK_PHONE")
ABOUT_FIDO2_URL = _text("WARDKEY_ABOUT_FIDO2_URL", "https://fidoalliance.org/")
ABOUT_MFA_URL = _text("WARDKEY_ABOUT_MFA_URL")
DEMO = _switch("WARDKEY_DEMO")

# -- WebAuthn: never taken from the Host header
RELYING_PARTY_ID = _text("WARDKEY_RP_ID", "localhost")
ORIGINS = _words("WARDKEY_ORIGINS", "http://localhost:8000")

# -- secrets
SECRET_KEY = _text("WARDKEY_SECRET_KEY")
SECRET_KEY_FALLBACKS = _words("WARDKEY_OLD_SECRET_KEYS")

# -- database
DATABASE_URL = _text("DATABASE_URL", "sqlite:///wardkey.sqlite3")
DATABASES = {"default": database.named_by(DATABASE_URL)}
TOLD_TO_POSTGRESQL = database.TOLD_TO_POSTGRESQL
CACHE_URL = _text("WARDKEY_CACHE_URL")  # for what may be lost; empty where there is none

# -- metadata of key models; empty where there is no way out to the internet
METADATA_URL = _text("WARDKEY_METADATA_URL", "https://mds3.fidoalliance.org/")

# -- where FIDO lists what it certified; {number} is put in where the address has it
CERTIFICATES_URL = _text(
    "WARDKEY_CERTIFICATES_URL",
    "https://fidoalliance.org/certification/fido-certified-products/",
)

# -- breached passwords; empty where nobody is to be asked
BREACHED_PASSWORDS_URL = _text("WARDKEY_BREACHED_PASSWORDS_URL")

# -- mail
MAIL_FOLDER = _text("WARDKEY_MAIL_FOLDER")
EMAIL_HOST = _text("WARDKEY_SMTP_HOST", "localhost")
EMAIL_PORT = _number("WARDKEY_SMTP_PORT", 25)
EMAIL_HOST_USER = _text("WARDKEY_SMTP_USER")
EMAIL_HOST_PASSWORD = _text("WARDKEY_SMTP_PASSWORD")
EMAIL_USE_TLS = _switch("WARDKEY_SMTP_STARTTLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _text("WARDKEY_MAIL_FROM", "wardkey@localhost")

# -- serving
LISTEN = _text("WARDKEY_LISTEN", "127.0.0.1:8000")
WEB_WORKERS = _number("WARDKEY_WEB_WORKERS", 2)
# More get in each other's way in a rush of logins (docs/adr/0060).
WEB_THREADS = _number("WARDKEY_WEB_THREADS", 2)
# On SQLite those who write wait in no order.
STANDSTILL_SECONDS = _number(
    "WARDKEY_STANDSTILL_SECONDS", 25 if DATABASE_URL.startswith("sqlite") else 8
)
# Only these peers may say in X-Forwarded-… headers for whom, and how, they ask.
TRUSTED_PROXIES = _words("WARDKEY_TRUSTED_PROXIES")
PROXY_HOPS = _number("WARDKEY_PROXY_HOPS", 1)

# -- scripts of these origins may ask the API; empty where none may
API_ORIGINS = _words("WARDKEY_API_ORIGINS")

# -- where applications hear of logouts: also within private networks, unless switched
LOGOUTS_TO_PUBLIC_ADDRESSES_ONLY = _switch("WARDKEY_LOGOUTS_TO_PUBLIC_ADDRESSES_ONLY")

# -- where signed checkpoints of the audit trail go, so that they are not on this machine alone
CHECKPOINT_FOLDER = _text("WARDKEY_CHECKPOINT_FOLDER")
CHECKPOINT_URL = _text("WARDKEY_CHECKPOINT_URL")

# -- being watched
METRICS_SECRET = _text("WARDKEY_METRICS_SECRET")
LOG_FORMAT = _text("WARDKEY_LOG_FORMAT", "plain")
LINES = "JsonLines" if LOG_FORMAT == "json" else "PlainLines"
# OpenTelemetry's own names, of which its library reads more. Traces are told where one is set.
COLLECTOR = _text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or _text("OTEL_EXPORTER_OTLP_ENDPOINT")
COLLECTOR_PROTOCOL = _text("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
TRACES = bool(COLLECTOR) and _text("OTEL_SDK_DISABLED", "false").lower() != "true"

# -- limits
HASHES_AT_ONCE = _number("WARDKEY_HASHES_AT_ONCE", 1)
HASHES_WAITING = _number("WARDKEY_HASHES_WAITING", 200)
NAMES_AN_ADDRESS = _number("WARDKEY_NAMES_AN_ADDRESS", 200)

# -- what follows is Django's, and no operator's business

DEBUG = False
ALLOWED_HOSTS = sorted(_hosts(ORIGINS) - {""})
CSRF_TRUSTED_ORIGINS = ORIGINS
ROOT_URLCONF = "wardkey.urls"
WSGI_APPLICATION = "wardkey.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
# The most that any address takes, without a file; most take less (web/uploads.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 320 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_HANDLERS: list[str] = []

INSTALLED_APPS = [
    "wardkey.web",
    "wardkey.guide",
    "wardkey.reports",
    "wardkey.bulk",
    "wardkey.lifecycle",
    "wardkey.batches",
    "wardkey.deciding",
    "wardkey.signin",
    "wardkey.inventory",
    "wardkey.clients",
    "wardkey.keys",
    "wardkey.recovery",
    "wardkey.compatibility",
    "wardkey.keymodels",
    "wardkey.sessions",
    "wardkey.people",
    "wardkey.organisations",
    "wardkey.audit",
    "wardkey.notifications",
    "wardkey.ceremonies",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "wardkey.web.tracing.trace_the_request",
    "wardkey.web.requests.name_the_request",
    "wardkey.web.requests.take_host_of_a_whole_address",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wardkey.web.requests.take_turns",
    "wardkey.web.requests.refuse_where_the_database_was_moved",
    "wardkey.web.requests.refuse_while_clocks_are_apart",
    "wardkey.api.sharing.share_with_named_origins",
    "wardkey.web.requests.confine_pages",
    "wardkey.web.requests.forbid_storing",
    "wardkey.web.languages.speak",
    "wardkey.web.requests.refuse_large_bodies",
    "django.middleware.common.CommonMiddleware",
    "wardkey.web.uploads.TakeFiles",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wardkey.web.gate.SignedInByDefault",
    "wardkey.web.requests.RefuseRepeatedFields",
    "wardkey.web.mistakes.AnswerMistakes",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / door / "templates" for door in ("web", "guide", "oidc")],
        "OPTIONS": {
            "environment": "wardkey.web.templating.environment",
            "context_processors": ["wardkey.web.templating.frame"],
        },
    }
]

PASSWORD_HASHERS = ["wardkey.people.passwords.Argon2id"]

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [PACKAGE / "locale"]
# A language is offered once its catalogue is compiled (make words).
LANGUAGES = [
    ("en-gb", "English"),
    *(
        (language, name)
        for language, name in {"cy": "Cymraeg"}.items()
        if (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo").exists()
    ),
]
LANGUAGE_COOKIE_NAME = "__Host-language"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/assets/"  # the design system's style sheet names this address
ASSETS = str(PACKAGE / "assets")
STATIC_ROOT = _text("WARDKEY_STATIC_FOLDER", ASSETS) or ASSETS
WHITENOISE_MIMETYPES = {".vtt": "text/vtt"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# Cookies are bound to this host and to https (browsers count http://localhost as secure).
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wardkey.web.mistakes.csrf_failure"
MESSAGE_STORAGE = "wardkey.web.notices.HostCookieStorage"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing to other sites. With "no-referrer" browsers send `Origin: null` with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if ORIGINS[:1] and ORIGINS[0].startswith("http://") else 31_536_000

# What a page may ask of its browser: the two ceremonies, and nothing else that could be abused.
PERMISSIONS_POLICY = ", ".join(
    [f"publickey-credentials-{each}=(self)" for each in ("create", "get")]
    + [f"{each}=()" for each in ("camera", "microphone", "geolocation", "usb", "hid")]
)
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

LOGGING = log.to_standard_error(lines=LINES)
DEFAULT_EXCEPTION_REPORTER_FILTER = "django.views.debug.SafeExceptionReporterFilter"
