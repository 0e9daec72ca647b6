"""For which organisation somebody acts who has roles in several."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ..base.errors import Forbidden, InvalidInput
from ..base.forms import form_of
from ..sessions.in_view import put_in_view
from .words import words


@require_http_methods(["GET", "POST"])
def in_view(request: HttpRequest) -> HttpResponse:
    if not request.asker.grants:
        raise Forbidden("role")
    if request.method == "GET":
        return _ask(request)
    code = form_of(request, "organisation").get("organisation", "")
    try:
        put_in_view(request.asker, code)
    except InvalidInput as mistake:
        return _ask(request, mistake)
    return redirect("administration")


def _ask(request: HttpRequest, mistake: InvalidInput | None = None) -> HttpResponse:
    choices = [
        {"value": each.code, "text": f"{each.name} ({each.code})"}
        for each in request.asker.organisations
    ]
    context = {
        "choices": choices,
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "admin/in_view.jinja", context, status=status)
