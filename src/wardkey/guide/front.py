"""The first page of the guide, and how each page of it is shown.

The guide is for everybody, and the same for everybody who reads it, unless a page says otherwise.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .contents import SECTIONS, place_of


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    sections = [section for section in SECTIONS if section.pages]
    return render(request, "guide/index.jinja", {"sections": sections})


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """The template extends guide/page.jinja, which finds in `guide_place` where it stands."""
    return render(request, template, {"guide_place": place_of(request.path), **context})
