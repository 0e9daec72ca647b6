"""What holds for every request: it has an id and one line in the log, is for one host, waits for
nobody who is stuck, and is small; each of its fields has one value; its answer is stored nowhere,
and reaches no other address."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from time import perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict

from ..base import clocks, counting, database_file, request_id
from ..base.errors import InvalidInput, LengthRequired, TooLarge, Unavailable
from ..base.turns import MovingTurns
from . import mistakes
from .uploads import USUAL_BODY, largest_body

Answer = Callable[[HttpRequest], HttpResponse]

WHETHER_IT_LIVES = "/livez"
WHETHER_IT_SERVES = "/readyz"
WHERE_CLOCKS_ARE_TOLD = frozenset({WHETHER_IT_LIVES, WHETHER_IT_SERVES, "/metrics"})

# Probes and assets are counted, and leave no line.
QUIET = frozenset({"livez", "readyz", "metrics", "assets"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("wardkey.requests")

DIGITS = 15  # of a length, as arriving.py reads it

# The checkboxes of a group share a name, on these pages.
LISTS = {
    **dict.fromkeys(("key_models", "key_models_review", "choosing", "choosing_compare"), "model"),
    **dict.fromkeys(("application_add", "application_edit", "my_api_token_make"), "scopes"),
    **dict.fromkeys(("batch_save", "batch_add_save"), "person"),
}


def name_the_request(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        name, began = request_id.begin(), perf_counter()
        response = get_response(request)
        response["X-Request-Id"] = name
        _tell(request, status=response.status_code, seconds=perf_counter() - began)
        return response

    return middleware


def _tell(request: HttpRequest, *, status: int, seconds: float) -> None:
    """By the route's name: an address may hold what somebody typed, and the names of people."""
    route, method = _route(request), known_method(request)
    counting.answered(route=route, status=status, seconds=seconds)
    if route in QUIET:
        return
    milliseconds = round(seconds * 1000)
    facts = {"method": method, "route": route, "status": status, "milliseconds": milliseconds}
    logger.info("%s %s %s %d ms", method, route, status, milliseconds, extra=facts)


def known_method(request: HttpRequest) -> str:
    """Anybody may send any word."""
    return request.method if request.method in METHODS else "other"


def _route(request: HttpRequest) -> str:
    if request.path.startswith(settings.STATIC_URL):
        return "assets"
    return request.resolver_match.view_name if request.resolver_match else "none"


def take_host_of_a_whole_address(get_response: Answer) -> Answer:
    """Whoever sends more than a path means the host that stands there, whatever Host says beside it
    (RFC 9112 §3.2.2): a proxy that looked at the one alone would let the other by."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.META.get("RAW_URI", "")
        if not asked.startswith("/") and (host := urlsplit(asked).netloc):
            request.META["HTTP_HOST"] = host
        return get_response(request)

    return middleware


def take_turns(get_response: Answer) -> Answer:
    """gunicorn has more threads than turns: when all wait for a database that is stuck, those tell
    whoever comes, at once, and load balancers that the process lives."""
    turns = MovingTurns(at_once=settings.WEB_THREADS, still=settings.STANDSTILL_SECONDS)

    def middleware(request: HttpRequest) -> HttpResponse:
        with ExitStack() as turn:
            try:
                if request.path != WHETHER_IT_LIVES:
                    turn.enter_context(turns.one())
            except Unavailable as standstill:
                return mistakes.answer(request, standstill)
            return get_response(request)

    return middleware


def refuse_where_the_database_was_moved(get_response: Answer) -> Answer:
    """Before anything opens what is there now."""
    database_file.remember()

    def middleware(request: HttpRequest) -> HttpResponse:
        tells_itself = request.path in {WHETHER_IT_LIVES, WHETHER_IT_SERVES}
        if not tells_itself and not database_file.is_in_place():
            return mistakes.answer(request, Unavailable())
        return get_response(request)

    return middleware


def refuse_while_clocks_are_apart(get_response: Answer) -> Answer:
    """An expired thing would live on. Where the database does not answer, whoever asks it next
    says so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in WHERE_CLOCKS_ARE_TOLD:
            try:
                clocks.require_agreement()
            except Unavailable as apart:
                return mistakes.answer(request, apart)
            except DatabaseError:
                pass
        return get_response(request)

    return middleware


def refuse_large_bodies(get_response: Answer) -> Answer:
    """By the length that is announced, before anything reads it: files count nowhere else. A page
    that takes a file or a long list has a limit of its own. Of what has no clear length nothing
    arrives (operating/slow_clients/arriving.py): it is not to be taken for nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META or len(announced) > DIGITS:
            return mistakes.answer(request, LengthRequired())
        size = int(announced) if announced.isdecimal() else 0
        if size > USUAL_BODY and size > largest_body(request):
            return mistakes.answer(request, TooLarge())
        return get_response(request)

    return middleware


class RefuseRepeatedFields:
    """Of two values under one name some would judge the first and act on the last. Names that
    stand twice in JSON are refused where it is read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, *_named: object
    ) -> HttpResponse | None:
        if getattr(view, "judges_repeated_fields", False):
            return None
        query, form, route = request.GET, request.POST, _route(request)
        repeats = _repeats_a_name(query, route) or _repeats_a_name(form, route)
        if repeats or _contradicts(query, form):
            return mistakes.answer(request, InvalidInput("repeated"))
        return None


def _repeats_a_name(fields: QueryDict, route: str) -> bool:
    group = LISTS.get(route)
    return any(len(values) > 1 for name, values in fields.lists() if name != group)


def _contradicts(query: QueryDict, form: QueryDict) -> bool:
    """A form may say again what its address says, but nothing else."""
    return any(query[name] != form[name] for name in query.keys() & form.keys())


def confine_pages(get_response: Answer) -> Answer:
    """To scripts, styles and addresses of the portal's own; some answers are confined further."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware


def forbid_storing(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
