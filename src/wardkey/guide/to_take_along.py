"""The how-to video with its chapters and its transcript, and the easy-read guide as a PDF."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import made
from .front import show


@require_safe
def video(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/video.jinja", chapters=made.chapters(), made=made)


@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/transcript.jinja", chapters=made.chapters())


@require_safe
def easy_read(request: HttpRequest) -> HttpResponse:
    about_it = {
        "pages": made.record()["pages"],
        "size": (made.FOLDER / made.PDF).stat().st_size,
        "made_on": date.fromisoformat(made.record()["made_on"]),
    }
    return show(request, "guide/easy_read_page.jinja", made=made, **about_it)
