"""Lists, a page at a time: `{"items", "next"}`, and `next` is the cursor of the page after.

A cursor says after which item to go on, not how many were before it, so a page stays right while
people and keys come and go. It is signed, for the list that it was given for.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from ninja import Query

from ..base.errors import InvalidInput

LONGEST = 1000

Limit = Annotated[int, Query(ge=1, le=100, description="how many items at most")]
Cursor = Annotated[
    str, Query(max_length=LONGEST, description="`next` of the page before; empty for the first")
]


def position_in(request: HttpRequest, cursor: str) -> str:
    """After what to go on; empty at the beginning. Raises InvalidInput (cursor)."""
    if not cursor:
        return ""
    try:
        signed = urlsafe_b64decode(cursor.encode()).decode()
        return _signer(request).unsign(signed)
    except (ValueError, BadSignature) as error:
        raise InvalidInput("cursor", field="cursor") from error


def page_of(
    request: HttpRequest, items: Sequence[dict], positions: Sequence[str], limit: int
) -> dict:
    """`items` and their `positions` are one more than the limit where there is another page."""
    following = None
    if len(items) > limit:
        signed = _signer(request).sign(positions[limit - 1])
        following = urlsafe_b64encode(signed.encode()).decode()
    return {"items": items[:limit], "next": following}


def _signer(request: HttpRequest) -> Signer:
    asked = {name: text for name, text in request.GET.items() if name not in {"cursor", "limit"}}
    return Signer(salt=f"wardkey.api {request.path} {sorted(asked.items())}")
