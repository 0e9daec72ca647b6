"""The database that DATABASE_URL names, and how soon a connection that died is noticed."""

import os
import sys
from urllib.parse import SplitResult, unquote, urlsplit

# A machine that dies, or is cut off, says no goodbye. Within half a minute its other end notices:
# a request that waits for PostgreSQL is told so, and PostgreSQL lets go what the dead one held. A
# statement may end after its 15 seconds, and only then is nobody there to take the answer: so 10.
NOTICED_HERE = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2}
NOTICED_HERE["tcp_user_timeout"] = 10_000  # milliseconds
# Where much is expected PostgreSQL would compile a question for a third of a second, and answer it
# in a tenth of that: a page that reads on until it is full, the count of a hundred organisations.
TOLD_TO_POSTGRESQL = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"
    " -c tcp_user_timeout=10s -c client_connection_check_interval=5s -c jit=off"
)


def _parts(url: str) -> SplitResult:
    """No part of the address is repeated: it may be of the password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises ValueError
    except ValueError:
        raise ValueError(
            "DATABASE_URL cannot be read. A port is a number up to 65535; encode special characters"
            " of user and password (@ is %40, / is %2F)."
        ) from None
    if parts.query or parts.fragment:
        raise ValueError(
            "DATABASE_URL has something behind ? or #, which nothing reads. Encode these in names"
            " and passwords (%3F, %23); set PGSSLMODE and its like in the environment."
        )
    if parts.scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    if parts.path in {"", "/"}:
        raise ValueError("DATABASE_URL names no database: its name comes after the third slash.")
    return parts


def _host(parts: SplitResult) -> str:
    """As it is written: small letters would name another socket's folder."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])


def named_by(url: str) -> dict:
    """As Django's DATABASES has one. Raises ValueError."""
    parts = _parts(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            # Opening reads the schema anew, and whoever closes last writes the whole log back.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # An import of people is applied in one transaction, of seconds.
                "timeout": 30,
                # FULL: what somebody was told was done is on the disk, as PostgreSQL has it. With
                # less, whoever cuts the power has a removed key back.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    # A socket directory is given as the host, percent-encoded.
    return {
        "ENGINE": "wardkey.base.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # What psycopg prepares by itself gets a plan for any search, a slow one: nothing does
            # but what base/prepared.py asks for.
            "prepare_threshold": sys.maxsize,
            "connect_timeout": 5,
            **NOTICED_HERE,
            "options": os.environ.get("PGOPTIONS", TOLD_TO_POSTGRESQL),
        },
    }
