"""Connect the token station: a one-time code for its `login`, shown once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ..base.forms import form_of
from ..people.administrators import Act
from ..sessions import station_codes
from .gate import administrator_page


@administrator_page(Act.CONNECT_STATION)
@require_http_methods(["GET", "POST"])
def token_station(request: HttpRequest) -> HttpResponse:
    """The proof that the page asked for is used up by the code; the next one asks again."""
    context: dict = {"portal": settings.ORIGINS[0], "code": ""}
    if request.method == "POST":
        form_of(request)
        row, code = station_codes.make_code(asker=request.asker, session=request.sign_in)
        context |= {"code": code, "holds_until": row.expires_at}
    return render(request, "admin/token_station.jinja", context)
