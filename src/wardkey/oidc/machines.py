"""What holds where programs ask: no session, one value a field, OAuth's errors.

for_programs    a view that answers in JSON, also where it refuses
fields_of       what came in the form
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ..base.errors import Throttled
from ..clients.refusals import ClientRefused
from . import refusals

View = Callable[..., HttpResponse]
FORM = "application/x-www-form-urlencoded"


def needs_no_session(view: View) -> View:
    """As the gate knows it (web/gate.py)."""
    view.needs_no_session = True  # type: ignore[attr-defined]
    return view


def for_programs(view: View) -> View:
    @wraps(view)
    def entered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except ClientRefused as refused:
            refusals.record(request, refused, client=refused.client, cause=refused.cause)
            return error(refused)
        except Throttled as throttled:
            return _come_again(throttled)

    needs_no_session(entered)
    entered.judges_repeated_fields = True  # type: ignore[attr-defined]
    return csrf_exempt(entered)


def _come_again(throttled: Throttled) -> JsonResponse:
    told = {"error": "temporarily_unavailable", "error_description": "Too many wrong attempts."}
    answer = JsonResponse(told, status=throttled.status)
    answer["Retry-After"] = str(throttled.retry_after)
    return answer


def error(refused: ClientRefused) -> JsonResponse:
    """RFC 6749 §5.2."""
    told = {"error": refused.error, "error_description": refused.told}
    answer = JsonResponse({name: text for name, text in told.items() if text}, status=400)
    if refused.error == "invalid_client":
        answer.status_code = 401
        answer["WWW-Authenticate"] = 'Basic realm="client"'
    return answer


def fields_of(request: HttpRequest) -> dict[str, str]:
    """Nothing in the address, where it would be logged; nothing twice (RFC 6749 §3.2)."""
    if request.method != "POST" or request.content_type != FORM:
        raise ClientRefused("invalid_request", f"Send it by POST, as {FORM}.")
    if request.GET:
        raise ClientRefused("invalid_request", "Nothing belongs into the address.")
    if any(len(values) > 1 for _name, values in request.POST.lists()):
        raise ClientRefused("invalid_request", "A field came twice.")
    return request.POST.dict()
