"""ETag and If-Match: who changes something may say which state of it they saw (RFC 9110 §13).

give_tag    the tag of what is told
is_one_of   whether If-Match names it
"""

import hashlib
import json
from typing import Annotated

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from ninja import Header

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=1000,
        description="the ETag of what was seen: 412 where it is another one by now",
    ),
]


def give_tag(response: HttpResponse, told: dict) -> None:
    response["ETag"] = _tag_of(told)


def is_one_of(if_match: str, told: dict) -> bool:
    """A weak tag never matches."""
    named = [each.strip() for each in if_match.split(",")]
    return "*" in named or _tag_of(told) in named


def _tag_of(told: dict) -> str:
    written = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'
