"""Files that come with a form: to the pages that take them, up to their own size, and from those
who may use the page.

takes_file     marks such a page
takes_list     marks a page whose form is longer than others, without a file
TakeFiles      a middleware, before anything reads the form

Elsewhere a file that is sent along is read past and kept nowhere.
"""

from collections.abc import Callable

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from ..people.administrators import Act
from .recognition import recognise

View = Callable[..., HttpResponse]

USUAL_BODY = 64 * 1024  # bytes


def takes_file(at_most: int) -> Callable[[View], View]:
    """In bytes, without the rest of the form."""

    def mark(view: View) -> View:
        view.file_at_most = at_most  # type: ignore[attr-defined]
        return view

    return mark


def takes_list(at_most: int) -> Callable[[View], View]:
    """In bytes, with the rest of the form: no more than settings.DATA_UPLOAD_MAX_MEMORY_SIZE."""

    def mark(view: View) -> View:
        view.body_at_most = at_most  # type: ignore[attr-defined]
        return view

    return mark


def largest_body(request: HttpRequest) -> int:
    """Asked only of bodies that are larger than most may be. Addresses of the API are marked by
    their own door."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return USUAL_BODY
    usual = getattr(view, "body_at_most", USUAL_BODY)
    return usual + getattr(view, "file_at_most", 0)


class TakeFiles:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_more: object) -> None:
        """Kept on disk meanwhile, however large; gone with the request."""
        if request.method != "POST" or not hasattr(view, "file_at_most"):
            return
        recognise(request)
        request.is_recognised = True
        if request.asker is not None and request.asker.may(Act.IMPORT_PEOPLE):
            request.upload_handlers = [TemporaryFileUploadHandler(request)]
