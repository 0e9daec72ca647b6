"""The API described by itself, in OpenAPI 3.1: `/api/v1/openapi.json`, and docs/openapi.json."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pydantic import Field

from .strictness import Shape
from .v1 import api

PREFIX = "api/v1/"


class Problem(Shape):
    """RFC 9457. `code` never changes its meaning; `detail` says what to do; `field` names what the
    mistake is about; an administrator finds the cause in the audit trail by the `reference`."""

    type: str = Field(examples=["about:blank"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["not_found"])
    title: str
    detail: str
    field: str | None = None
    reference: str | None = None


REFUSED = {
    "description": "Refused, and nothing was changed.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@cache
def text() -> str:
    """The same for everybody, and the same in every run."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)
    schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["operationId"] = operation["summary"].lower().replace(" ", "_")
            operation["responses"]["default"] = REFUSED
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(text(), content_type="application/json")
