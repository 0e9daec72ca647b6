"""The peer's people, and copies of a token that was enrolled, by SQL.

A copy is its rows in the tables of tokens, with another serial number, another owner and another
hash of a credential id.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

import psycopg

TO_ENROL = 100  # people without a token
NUMBERS = """
WITH RECURSIVE copy (number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {many}
)
"""
PEOPLE = "SELECT number AS id, 'person' || number AS username, 'Sam' AS givenname FROM copy"
COPIES = {
    "users_people": "SELECT 1000 + number AS id, 'copy' || number AS username, 'Sam' AS givenname"
    " FROM copy",
    "token": "SELECT 1000 + number AS id, 'COPY' || number AS serial, {rest} FROM token, copy"
    " WHERE token.id = 1",
    "tokeninfo": "SELECT {id}, 1000 + number AS token_id, {rest} FROM tokeninfo, copy"
    " WHERE token_id = 1",
    "tokenowner": "SELECT {id}, 1000 + number AS token_id, 1000 + number AS user_id, {rest}"
    " FROM tokenowner, copy WHERE token_id = 1",
    "tokenrealm": "SELECT {id}, 1000 + number AS token_id, {rest} FROM tokenrealm, copy"
    " WHERE token_id = 1",
    "tokencredentialidhash": "SELECT {id}, 1000 + number AS token_id,"
    " {hash} AS credential_id_hash FROM copy",
}
ID = "1000 + row_number() OVER () AS id"


class Database(NamedTuple):
    """What the two do not say alike: `finish` is for what comes after the copies."""

    connect: Callable
    hash: str
    finish: tuple[str, ...]


DATABASES = {
    "sqlite": Database(
        connect=lambda url: sqlite3.connect(url.removeprefix("sqlite:///")),
        hash="lower(hex(randomblob(32)))",
        finish=("ANALYZE",),
    ),
    "postgresql": Database(
        connect=lambda url: psycopg.connect(url, autocommit=True),
        hash="encode(sha256(number::text::bytea), 'hex')",
        finish=(  # the ids that it gives next are none of the copies'
            "SELECT setval(format('%I', sequencename)::regclass, 10000000) FROM pg_sequences",
            "VACUUM ANALYZE",
        ),
    ),
}


def write_people(url: str) -> None:
    with closing(_database(url).connect(url)) as connection, connection:
        _write(connection, "users_people", PEOPLE, TO_ENROL)


def copy_tokens(url: str, many: int) -> None:
    database = _database(url)
    with closing(database.connect(url)) as connection, connection:
        for table, select in COPIES.items():
            columns = _columns(connection, f"SELECT * FROM {table}")
            as_it_is = [each for each in columns if each != "id" and f" {each}" not in select]
            rest = ", ".join(f'{table}."{each}"' for each in as_it_is)
            whole = select.format(id=ID, hash=database.hash, rest=rest)
            _write(connection, table, whole, many)
        for statement in database.finish:
            connection.execute(statement)


def _database(url: str) -> Database:
    return DATABASES[url.partition(":")[0]]


def _write(connection, table: str, select: str, many: int) -> None:
    whole = NUMBERS.format(many=many) + select
    named = ", ".join(f'"{each}"' for each in _columns(connection, whole))
    connection.execute(f"INSERT INTO {table} ({named}) {whole}")


def _columns(connection, select: str) -> list[str]:
    return [each[0] for each in connection.execute(f"{select} LIMIT 0").description]
