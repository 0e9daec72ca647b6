"""What holds for every address of the API, before anything is looked up.

It has no session: what opens pages opens nothing here. HEAD is answered as GET is, and any other
method that an address does not have is refused in the same shape as everything else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from ..base.errors import MethodNotAllowed
from ..ceremonies.strict_json import USUAL, Limits

View = Callable[..., HttpResponse]

NOT_ALLOWED = 405


def through_the_door(view: View, *, takes: Limits = USUAL) -> View:
    """`takes` is how long its body may be."""

    @wraps(view)
    def entered(request: HttpRequest, **named: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        answer = view(request, **named)
        if answer.status_code == NOT_ALLOWED:
            raise MethodNotAllowed(allow=answer.headers["Allow"])
        return answer

    entered.needs_no_session = True  # type: ignore[attr-defined]
    entered.takes = takes  # type: ignore[attr-defined]
    entered.body_at_most = takes.size  # type: ignore[attr-defined]
    return entered
