"""ETag and If-Match: who changes something may say which state of it they saw (RFC 9110 §13).

give_tag    the tag of what is told
is_one_of   whether If-Match names it
as_seen     around a deed that is only done while its record is as the caller saw it
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from ninja import Header

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        min_length=1,
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


def as_seen(
    if_match: str,
    told: Callable[[Any], dict],
    while_it_is: Callable[..., AbstractContextManager],
    *record: object,
    **more: object,
) -> AbstractContextManager:
    """`while_it_is` is that of the record's room, which locks it; nothing is where the caller named
    no version."""
    if not if_match:
        return nullcontext()
    return while_it_is(*record, lambda seen: is_one_of(if_match, told(seen)), **more)


def _tag_of(told: dict) -> str:
    written = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'
