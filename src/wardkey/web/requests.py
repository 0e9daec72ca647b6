"""What holds for every request: it has an id, it is small, and its answer is stored nowhere."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ..base import request_id
from ..base.errors import TooLarge
from . import mistakes

Answer = Callable[[HttpRequest], HttpResponse]


def name_the_request(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        name = request_id.begin()
        response = get_response(request)
        response["X-Request-Id"] = name
        return response

    return middleware


def refuse_large_bodies(get_response: Answer) -> Answer:
    """By the length that is announced, before anything reads it: files count nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return mistakes.answer(request, TooLarge())
        return get_response(request)

    return middleware


def forbid_storing(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
