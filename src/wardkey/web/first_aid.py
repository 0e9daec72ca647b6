"""I lost my token, I forgot my PIN: what to do now, for whose it is and for their administrator.

Open to everybody, and the same for everybody: whoever needs them cannot log in.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .gate import Admits, open_to


@open_to(Admits.ANYBODY)
@require_safe
def lost_key(request: HttpRequest) -> HttpResponse:
    return render(request, "first_aid/lost.jinja", {})


@open_to(Admits.ANYBODY)
@require_safe
def forgotten_pin(request: HttpRequest) -> HttpResponse:
    return render(request, "first_aid/pin.jinja", {})
