"""Idempotency-Key: a creation that is asked for again is answered again, and done once.

answered_once    with the first answer, for 24 hours
"""

from collections.abc import Callable
from typing import Annotated

from django.http import HttpRequest
from ninja import Header

from ..base.errors import Mistake
from ..sessions import first_answers

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=first_answers.LONGEST,
        description="whoever sends the same request again under it gets the first answer, for 24 h",
    ),
]
Keep = Callable[[dict], None]


def answered_once(
    request: HttpRequest, key: str, create: Callable[[Keep], dict], *, status: int
) -> dict:
    """`create` keeps its answer in the transaction that creates. Raises KeyReused, Conflict
    (in_progress), and whatever `create` raises, after which it may be tried again."""
    if not key:
        return create(lambda _told: None)
    asked = b" ".join([(request.method or "").encode(), request.path.encode(), request.body])
    first = first_answers.begin(api_token_id=request.asker.session_id, key=key, asked=asked)
    if first.answer is not None:
        return first.answer
    try:
        return create(lambda told: first_answers.keep(first, status=status, answer=told))
    except Mistake:
        first_answers.take_back(first)
        raise
