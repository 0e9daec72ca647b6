"""Where a client sends people to log out (OpenID Connect RP-Initiated Logout 1.0).

Whoever comes with an ID token of the session that is here is logged out at once; anybody else is
asked first, since any site can send people here.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ..base.forms import form_of
from ..clients import leaving
from ..clients.leaving import Leaving
from ..signin import browser, flow
from .coming_back import asked_again_by_get

FIELDS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.sign_in is None:
        return asked_again_by_get(request)
    fields = (request.POST if request.method == "POST" else request.GET).dict()
    asked = leaving.read(fields)
    if request.sign_in is None or asked.session_id == str(request.sign_in.pk):
        return _logged_out(request, asked, fields)
    typed = [(name, fields[name]) for name in FIELDS if name in fields]
    context = {"client": asked.client, "typed": typed}
    return render(request, "oidc/logout.jinja", context)


@require_POST
def confirmed(request: HttpRequest) -> HttpResponse:
    form_of(request, *FIELDS)
    fields = request.POST.dict()
    return _logged_out(request, leaving.read(fields), fields)


def _logged_out(request: HttpRequest, asked: Leaving, fields: dict[str, str]) -> HttpResponse:
    is_here = request.sign_in is not None
    if is_here:
        flow.sign_out(session=request.sign_in)
        request.sign_in = request.asker = None
    address = asked.back_to
    if address and fields.get("state"):
        joined = "&" if "?" in address else "?"
        address += joined + urlencode({"state": fields["state"]})
    template = "oidc/sent.jinja" if address else "oidc/left.jinja"
    page = render(request, template, {"client": asked.client, "address": address})
    if is_here:
        browser.take_secret_away(page)
    return page
