"""Each request is a span, where the operator named a collector of traces."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse

from ..signin.source import is_trusted_proxy
from .requests import QUIET, Answer, known_method


def trace_the_request(get_response: Answer) -> Answer:
    """Probes and assets are no spans, as they are no lines in the log."""
    if not settings.TRACES:
        raise MiddlewareNotUsed
    from ..base import spans

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.split("/")[1] in QUIET:
            return get_response(request)
        method = known_method(request)
        with (
            spans.of_request(method=method, traceparent=_traceparent(request)) as span,
            connection.execute_wrapper(spans.of_statement),
        ):
            response = get_response(request)
            name = response["X-Request-Id"]
            route, status = _pattern(request), response.status_code
            spans.answered(span, method=method, route=route, status=status, request_id=name)
            return response

    return middleware


def _traceparent(request: HttpRequest) -> str:
    """From a proxy that is trusted: anybody else would have their requests told as others'."""
    peer = request.META.get("REMOTE_ADDR", "")
    return request.headers.get("traceparent", "") if is_trusted_proxy(peer) else ""


def _pattern(request: HttpRequest) -> str:
    return f"/{request.resolver_match.route}" if request.resolver_match else ""
