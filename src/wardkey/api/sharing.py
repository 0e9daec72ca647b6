"""Scripts of other sites: none may read an answer, unless the operator named its origin (CORS).

What a browser sends by itself, cookies, is never looked at here, so nothing is allowed of them.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, Idempotency-Key",
    "Access-Control-Max-Age": "600",
}
READABLE = {"Access-Control-Expose-Headers": "ETag, Location, Retry-After, X-Request-Id"}


def share_with_named_origins(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") or not settings.API_ORIGINS:
            return get_response(request)
        is_named = request.headers.get("Origin") in settings.API_ORIGINS
        asks_first = request.method == "OPTIONS" and is_named
        response = HttpResponse(status=204) if asks_first else get_response(request)
        response["Vary"] = "Origin"
        if is_named:
            more = ALLOWED if asks_first else READABLE
            for name, value in more.items():
                response[name] = value
            response["Access-Control-Allow-Origin"] = request.headers["Origin"]
        return response

    return middleware
