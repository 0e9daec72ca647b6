"""The cells of one row, each taken for what its column means.

entry_of     a row's values, or Unfit: the column, what was there, what is wrong with it

Whatever a spreadsheet would calculate is refused, so that no name is a formula to whoever exports
it one day.
"""

import re
from dataclasses import dataclass
from datetime import date

from ..base.errors import InvalidInput
from ..base.spreadsheets import is_formula
from ..base.text import canonical_name, has_forbidden_characters
from ..people import contacts
from ..people.names import clean_name

SHOWN_AT_MOST = 100
EXTERNAL_ID = 200
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SECRET = frozenset({"joiner_code"})
PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_'][a-z0-9_'.+-]{0,62}[a-z0-9_']@(?:[a-z0-9]{2,20}\.){1,4}[a-z]{2,18}", re.IGNORECASE
)


class Unfit(Exception):
    """A row that will not do: `fault` is the code of what is wrong."""

    def __init__(self, fault: str, column: str = "", value: str = "") -> None:
        super().__init__(fault)
        self.fault, self.column = fault, column
        self.value = "" if column in SECRET else value[:SHOWN_AT_MOST]


@dataclass(slots=True, kw_only=True)
class Entry:
    """Empty where the file says nothing: what is there stays."""

    line: int
    external_id: str
    username: str
    username_key: str
    name: str
    email: str
    organisation: str
    starts_on: date | None
    last_day: date | None
    joiner_code: str


def entry_of(line: int, cells: dict[str, str] | None) -> Entry:
    """Raises Unfit."""
    if cells is None:
        raise Unfit("cells")
    for column, value in cells.items():
        if value:
            _require_no_formula(column, value)
    username = cells.get("username", "")
    return Entry(
        line=line,
        external_id=_external_id(cells["external_id"]),
        username=username,
        username_key=_username_key(username) if username else "",
        name=_name(cells.get("name", "")),
        email=_email(cells.get("email", "")),
        organisation=cells.get("organisation", ""),
        starts_on=_day("starts_on", cells.get("starts_on", "")),
        last_day=_day("last_day", cells.get("last_day", "")),
        joiner_code=cells.get("joiner_code", ""),
    )


def _require_no_formula(column: str, value: str) -> None:
    if is_formula(value):
        raise Unfit("formula", column, value)


def _external_id(value: str) -> str:
    if not value:
        raise Unfit("no_external_id", "external_id")
    if len(value) > EXTERNAL_ID or has_forbidden_characters(value):
        raise Unfit("external_id", "external_id", value)
    return value


def _username_key(username: str) -> str:
    key = canonical_name(username)
    if not key or len(key) > 254 or len(username) > 254 or has_forbidden_characters(username):
        raise Unfit("username", "username", username)
    return key


def _name(name: str) -> str:
    if not name:
        return ""
    try:
        return clean_name(name)
    except InvalidInput as error:
        raise Unfit("name", "name", name) from error


def _email(address: str) -> str:
    if address and not PLAIN_ADDRESS.fullmatch(address):
        try:
            contacts.require_mail_address(address)
        except InvalidInput as error:
            raise Unfit("email", "email", address) from error
    return address


def _day(column: str, text: str) -> date | None:
    if not text:
        return None
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unfit("day", column, text) from error
