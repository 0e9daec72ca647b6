"""What holds for every request: it has an id, and nothing of its answer is stored on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ..base import request_id

Answer = Callable[[HttpRequest], HttpResponse]


def name_the_request(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        name = request_id.begin()
        response = get_response(request)
        response["X-Request-Id"] = name
        return response

    return middleware


def forbid_storing(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
