"""What `wardkey check` refuses, and `serve` and `worker` with it.

faults                   everything at once, a sentence each: what is wrong, what to do
faults_of_settings       values that are unsafe, alone (checks_of_values.py) or together
faults_of_interpreter    `python -O`
faults_of_database       no answer, old tables, keys or a policy that do not fit
"""

import ipaddress
import os
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from .. import settings as operators
from ..keys.queries import people_bound_to_another
from ..organisations.models import PolicyValue
from . import checks_of_values as values
from . import seen_by_others
from .checks_of_values import Settings, is_address, is_https, is_loopback, parts_of
from .migrating import why_unfit
from .restore import putting_back

SHORTEST_METRICS_SECRET = 32
CACHES = {"valkey", "valkeys", "unix"}
LOG_FORMATS = {"plain", "json"}
HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
USUAL_PORTS = {"http": 80, "https": 443}


def faults() -> list[str]:
    return [
        *values.faults_of_spelling(os.environ, known=operators.KNOWN),
        *faults_of_settings(operators),
        *faults_of_interpreter(),
        *seen_by_others.faults(),
        *faults_of_database(),
    ]


def faults_of_settings(settings: Settings) -> Iterator[str]:
    yield from _faults_of_secrets(settings)
    yield from _faults_of_relying_party(settings.RELYING_PARTY_ID)
    if not settings.ORIGINS:
        yield "No origin is set. Set WARDKEY_ORIGINS to the portal's address."
    for origin in settings.ORIGINS:
        yield from _faults_of_origin(origin, settings.RELYING_PARTY_ID)
    yield from _faults_of_proxies(settings)
    yield from values.faults(settings)
    yield from _faults_of_api_origins(settings.API_ORIGINS)
    yield from _faults_of_cache(settings.CACHE_URL)
    yield from _faults_of_watching(settings)
    yield from _faults_of_breached_passwords(settings.BREACHED_PASSWORDS_URL)
    yield from _faults_of_checkpoints(settings)
    for name in ("ABOUT_FIDO2_URL", "ABOUT_MFA_URL", "CERTIFICATES_URL"):
        yield from _faults_of_link(f"WARDKEY_{name}", getattr(settings, name))
    if settings.DEMO:
        yield from _faults_of_demo(settings)


def _faults_of_secrets(settings: Settings) -> Iterator[str]:
    advice = "Set WARDKEY_SECRET_KEY to at least 50 random characters (openssl rand -base64 48)."
    if not settings.SECRET_KEY:
        yield f"There is no secret key. {advice}"
    else:
        yield from values.faults_of_key(settings.SECRET_KEY, whose="The secret key", advice=advice)
    for earlier in settings.SECRET_KEY_FALLBACKS:  # what is signed with one is believed, too
        yield from values.faults_of_key(
            earlier,
            whose="A key of WARDKEY_OLD_SECRET_KEYS",
            advice="Whoever has it signs what the portal believes: take it away.",
        )


def _faults_of_relying_party(rp_id: str) -> Iterator[str]:
    """WebAuthn L3 §5.1.2: a domain. Which suffixes are public, only the list of them knows."""
    if is_address(rp_id) or not HOST_NAME.fullmatch(rp_id):
        yield f"The relying party id {rp_id!r} is no host name. Set WARDKEY_RP_ID to one."
    elif "." not in rp_id and rp_id != "localhost":
        yield f"The relying party id {rp_id!r} is everybody's domain. Set WARDKEY_RP_ID to yours."


def _faults_of_origin(origin: str, rp_id: str) -> Iterator[str]:
    parts = parts_of(origin)
    if origin != _as_browsers_write_it(parts):
        yield (
            f"The origin {origin!r} is not written as browsers write it. Give WARDKEY_ORIGINS the"
            " scheme, the host in small letters, and the port unless it is the usual one."
        )
    elif parts.scheme == "http" and parts.hostname != "localhost":
        yield f"The origin {origin} is open to eavesdroppers. Use https in WARDKEY_ORIGINS."
    elif not f".{parts.hostname}".endswith(f".{rp_id}"):
        yield (
            f"The relying party id {rp_id} does not fit the origin {origin}. WARDKEY_RP_ID must be"
            " that host, or a parent domain of it."
        )


def _as_browsers_write_it(parts: SplitResult) -> str | None:
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        return None
    written = "" if parts.port in {None, USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{written}"


def _faults_of_proxies(settings: Settings) -> Iterator[str]:
    advice = "Set WARDKEY_TRUSTED_PROXIES to the addresses of your own proxies."
    for proxy in settings.TRUSTED_PROXIES:
        try:
            network = ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            yield f"The trusted proxy {proxy!r} is neither an address nor a network. {advice}"
        else:
            if network.prefixlen == 0:
                yield f"With {proxy}, anybody may say where they come from. {advice}"
    if settings.PROXY_HOPS > 1 and not settings.TRUSTED_PROXIES:
        yield f"WARDKEY_PROXY_HOPS is {settings.PROXY_HOPS}, and no proxy is trusted. {advice}"


def _faults_of_api_origins(origins: list[str]) -> Iterator[str]:
    for origin in origins:
        if origin != _as_browsers_write_it(parts_of(origin)):
            yield (
                f"The origin {origin!r} in WARDKEY_API_ORIGINS is not written as browsers write it."
                " Give the scheme, the host in small letters, and the port unless it is the usual"
                " one."
            )


def _faults_of_cache(url: str) -> Iterator[str]:
    """One that is down is no fault: the portal starts without it."""
    if not url:
        return
    parts = parts_of(url)
    named = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in CACHES or not named:
        yield (
            "WARDKEY_CACHE_URL is no address of a cache. Set it to valkeys://HOST:PORT,"
            " valkey://HOST:PORT or unix:///PATH, or to nothing: then there is none."
        )
    if parts.scheme == "valkey" and parts.password and not is_loopback(parts.hostname or ""):
        yield (
            "WARDKEY_CACHE_URL would send its password in clear. Set it to valkeys://, which goes"
            " over TLS, or ask a cache on this machine."
        )
    if not find_spec("valkey"):
        yield (
            "WARDKEY_CACHE_URL is set, and what asks a cache is not installed. Run"
            " `pip install --require-hashes -r requirements-cache.txt`, or take it away."
        )


def _faults_of_watching(settings: Settings) -> Iterator[str]:
    secret = settings.METRICS_SECRET
    is_long = len(secret) >= SHORTEST_METRICS_SECRET and len(set(secret)) >= values.FEWEST_LETTERS
    if secret and (not is_long or secret.lower().startswith(values.SAMPLES)):
        yield (
            "WARDKEY_METRICS_SECRET can be guessed. Set it to at least 32 random characters, or to"
            " nothing: then there is no /metrics."
        )
    if settings.LOG_FORMAT not in LOG_FORMATS:
        yield f"WARDKEY_LOG_FORMAT is {settings.LOG_FORMAT!r}. Set it to plain or to json."
    if settings.TRACES and settings.COLLECTOR_PROTOCOL != "http/protobuf":
        yield (
            f"OTEL_EXPORTER_OTLP_PROTOCOL is {settings.COLLECTOR_PROTOCOL!r}. Set it to"
            " http/protobuf: traces are sent in no other way."
        )
    if settings.TRACES and not find_spec("opentelemetry"):
        yield (
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and what sends traces is not installed. Run"
            " `pip install --require-hashes -r requirements-traces.txt`, or take it away."
        )


def _faults_of_breached_passwords(url: str) -> Iterator[str]:
    if url and not _is_folder(url):
        yield (
            "WARDKEY_BREACHED_PASSWORDS_URL is no https address of a folder. Set it to one, or to"
            " nothing: then the list on board alone is asked."
        )


def _faults_of_checkpoints(settings: Settings) -> Iterator[str]:
    url, folder = settings.CHECKPOINT_URL, settings.CHECKPOINT_FOLDER
    if url and not _is_folder(url):
        yield "WARDKEY_CHECKPOINT_URL is no https address of a folder. Set one, or nothing."
    if folder and not (Path(folder).is_dir() and os.access(folder, os.W_OK)):
        yield (
            f"Nothing can be written into {folder}. Mount it, and let the worker write there, or"
            " take WARDKEY_CHECKPOINT_FOLDER away."
        )


def _is_folder(url: str) -> bool:
    parts = parts_of(url)
    return is_https(url) and not parts.query and not parts.fragment


def _faults_of_link(name: str, url: str) -> Iterator[str]:
    if url and not is_https(url):
        yield f"{name} is no https address. Set one, or nothing: then the link is left out."


def _faults_of_demo(settings: Settings) -> Iterator[str]:
    advice = "Take WARDKEY_DEMO away, or keep the demo to this machine."
    hosts = [parts_of(origin).hostname or "" for origin in settings.ORIGINS]
    if not all(is_loopback(host) for host in hosts):
        yield f"The demo has an origin on another machine. {advice}"
    if not is_loopback(settings.LISTEN.rpartition(":")[0].strip("[]")):
        yield f"The demo listens to other machines at {settings.LISTEN}. {advice}"


def faults_of_interpreter() -> Iterator[str]:
    # The libraries below us check with `assert`, which -O drops.
    if sys.flags.optimize:
        yield "Python runs with -O, which drops checks. Start it without -O and PYTHONOPTIMIZE."


def faults_of_database() -> Iterator[str]:
    try:
        if putting_back.is_unfinished():
            yield (
                "A restore was begun and never finished: people who were dismissed since could log"
                " in. Empty the database and run `wardkey restore` again."
            )
        elif fault := why_unfit():
            yield fault
        elif missing := _missing_migrations():
            yield f"The database lacks {missing} migrations. Run `wardkey migrate`."
        else:
            yield from _faults_of_keys()
            yield from _faults_of_policy()
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        yield f"The database does not answer ({reason}). Look at it, and at DATABASE_URL."


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _faults_of_keys() -> Iterator[str]:
    """A credential belongs to its relying party id for ever (WebAuthn L3 §5.4.2)."""
    if people := people_bound_to_another(operators.RELYING_PARTY_ID):
        yield (
            f"The keys of {people} people belong to another relying party id and would not work"
            f" with {operators.RELYING_PARTY_ID}. Set WARDKEY_RP_ID back."
        )


def _faults_of_policy() -> Iterator[str]:
    if operators.DEMO:
        return
    spared = PolicyValue.objects.filter(name="second_factor", value="optional")
    for code in spared.values_list("organisation__code", flat=True).distinct():
        yield (
            f"{code} lets administrators log in with a password alone, as only the demo may."
            " Set its second_factor to administrators or everyone."
        )
