"""Reading what a page's script sends: strict JSON, named fields, nothing guessed."""

import uuid

from django.http import HttpRequest

from ..base.errors import InvalidInput, WrongContentType
from ..ceremonies import strict_json
from ..ceremonies.refusal import Refused

# In JSON it can be written in this way only. No text here needs it, and PostgreSQL keeps none.
NUL = rb"\u0000"


def json_body(request: HttpRequest) -> dict:
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


def object_of(fields: dict, name: str) -> dict:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise InvalidInput("malformed", field=name)
    return value
