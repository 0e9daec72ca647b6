"""The first page, with Login at its top right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..base.errors import Resting
from .addresses import STEPS
from .gate import Admits, open_to


@open_to(Admits.ANYBODY)
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    if request.sign_in and request.sign_in.rests:
        raise Resting("rests")
    owed = request.sign_in.owed if request.sign_in else ""
    return render(request, "portal.jinja", {"next_step": STEPS.get(owed)})
