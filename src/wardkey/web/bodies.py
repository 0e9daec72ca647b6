"""Reading what a page sends: strict JSON from its script, named fields, nothing guessed."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from ..base.errors import InvalidInput, WrongContentType
from ..ceremonies import strict_json
from ..ceremonies.refusal import Refused
from ..keys.reasons import Reason

# In JSON it can be written in this way only. No text here needs it, and PostgreSQL keeps none.
NUL = rb"\u0000"


def json_body(request: HttpRequest) -> dict:
    """Raises WrongContentType and InvalidInput (malformed). What the page's script does not send is
    passed over: no ceremony depends on more than what is stored of it."""
    if request.content_type != "application/json":
        raise WrongContentType
    if NUL in request.body:
        raise InvalidInput("malformed")
    try:
        return strict_json.read_object(request.body)
    except Refused as refusal:
        raise InvalidInput("malformed") from refusal


def uuid_of(fields: dict, name: str) -> uuid.UUID:
    value = fields.get(name)
    try:
        return uuid.UUID(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("malformed", field=name) from error


def reason_of(fields: Mapping[str, str], *, otherwise: str) -> Reason:
    """Why a key is removed or suspended. Raises InvalidInput for a reason that there is not."""
    try:
        return Reason(fields.get("reason") or otherwise)
    except ValueError as error:
        raise InvalidInput("reason", field="reason") from error


def moment_of(fields: Mapping[str, str], name: str, *, zone: str) -> datetime | None:
    """What a field for date and time holds, in that time zone. Raises InvalidInput with `name`."""
    value = fields.get(name, "").strip()
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(name, field=name) from error


def text_of(fields: dict, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise InvalidInput("malformed", field=name)
    return value


def object_of(fields: dict, name: str) -> dict:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise InvalidInput("malformed", field=name)
    return value
