"""Only what an endpoint names: strict JSON, known fields, known parameters.

Shape       every shape that is read or written
unchanged   a field of a change that may be left away, and then stays
Day, Moment written out, and a moment with its time zone
read_body   before anything in it is looked at
refused     a field or a parameter that does not fit, in the door's words
"""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from ninja.errors import ValidationError
from ninja.parser import Parser
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from ..base.errors import InvalidInput, UnknownField, WrongContentType
from ..ceremonies import strict_json
from ..ceremonies.refusal import Refused

JSON = "application/json"
# In JSON it can be written in this way only. No text here needs it, and PostgreSQL keeps none.
NUL = rb"\u0000"
WRITTEN_OUT = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# What an endpoint is given that does not come from the query.
ELSEWHERE = frozenset({"fields", "response", "if_match", "idempotency_key"})


class Shape(Schema):
    model_config = ConfigDict(extra="forbid")


def unchanged(**told: Any) -> Any:
    """Null is a value that it has not: whoever means to empty something is not told that it was
    done."""
    return Field(None, json_schema_extra=_without_default, **told)


def _without_default(schema: dict) -> None:
    schema.pop("default", None)


def _written_out(value: object) -> object:
    """To pydantic a number is a date as well: seconds since 1970."""
    if not isinstance(value, str) or not WRITTEN_OUT.match(value):
        raise ValueError("no date")
    return value


Day = Annotated[date, BeforeValidator(_written_out)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class BodyReadBefore(Parser):
    def parse_body(self, request: HttpRequest) -> dict:
        return request.fields  # type: ignore[attr-defined]


def read_body(request: HttpRequest) -> None:
    """Leaves `request.fields`. Raises WrongContentType, InvalidInput."""
    request.fields = {}  # type: ignore[attr-defined]
    if request.content_type != JSON:
        # Others have read a form by now, and its bytes are gone.
        if _has_body(request):
            raise WrongContentType
        return
    if not request.body:
        return
    takes = request.resolver_match.func.takes  # type: ignore[union-attr, attr-defined]
    if NUL in request.body:
        raise InvalidInput("malformed")
    try:
        request.fields = strict_json.read_object(request.body, limits=takes)  # type: ignore[attr-defined]
    except Refused as refusal:
        raise InvalidInput("malformed") from refusal


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH") not in {None, "", "0"} or (
        "HTTP_TRANSFER_ENCODING" in request.META
    )


def only_known_parameters(view: Callable) -> Callable:
    @wraps(view)
    def strict(request: HttpRequest, **given: Any) -> Any:
        in_path = request.resolver_match.kwargs if request.resolver_match else {}
        unknown = sorted(set(request.GET) - (given.keys() - ELSEWHERE - in_path.keys()))
        if unknown:
            raise UnknownField("unknown_parameter", field=unknown[0][:60])
        return view(request, **given)

    return strict


def refused(_request: HttpRequest, error: ValidationError) -> Any:
    """The first fault; `field` leads to it: `fields.nickname` is in the body, `limit` in the
    query."""
    fault = error.errors[0]
    field = ".".join(str(part) for part in fault["loc"] if part not in {"body", "query", "fields"})
    if fault["type"] == "extra_forbidden":
        raise UnknownField("unknown_property", field=field[:60])
    raise InvalidInput("does_not_fit", field=field[:60])
