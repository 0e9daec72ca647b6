"""Desk session: one proof for many registrations in a row."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import Forbidden, InvalidInput, Mistake
from ..base.forms import form_of
from ..people.administrators import Act
from ..sessions import desk_session as flow
from .gate import administrator_page
from .notices import say_success
from .words import words


@require_safe
def desk_session(request: HttpRequest) -> HttpResponse:
    """How far the open one got; whoever may open one may see that without a proof."""
    if not request.asker.may(Act.OPEN_DESK_SESSION):
        raise Forbidden("role")
    desk = flow.open_desk(request.sign_in)
    context = {"places": flow.places_of(desk) if desk else []}
    return render(request, "desk_session/desk_session.jinja", context)


@administrator_page(Act.OPEN_DESK_SESSION)
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request)
    form = form_of(request, "for_whom", "usernames")
    try:
        _open(request, form)
    except InvalidInput as mistake:
        return _form(request, mistake=mistake)
    say_success(request, _("The desk session is open. It covers registrations, for 30 minutes."))
    return redirect("desk_session")


def _open(request: HttpRequest, form: QueryDict) -> None:
    asking = {"asker": request.asker, "session": request.sign_in}
    for_whom = form.get("for_whom", "")
    if for_whom == "anybody":
        flow.open_for_anybody(**asking)
    elif for_whom == "named":
        lines = form.get("usernames", "").splitlines()
        usernames = [line.strip() for line in lines if line.strip()]
        flow.open_for_named(**asking, usernames=list(dict.fromkeys(usernames)))
    else:
        raise InvalidInput("for_whom", field="for_whom")


def _form(request: HttpRequest, *, mistake: Mistake | None = None) -> HttpResponse:
    context: dict = {
        "for_whom": request.POST.get("for_whom", "anybody"),
        "usernames": request.POST.get("usernames", ""),
        "at_most": flow.AT_MOST,
    }
    if mistake:
        names = mistake.details.get("names", "")
        context["mistake"] = words(mistake).format(names=names)
        context["mistake_at"] = mistake.details["field"]
    status = mistake.status if mistake else 200
    return render(request, "desk_session/open.jinja", context, status=status)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    form_of(request)
    flow.end_desk_session(asker=request.asker, session=request.sign_in)
    say_success(request, _("The desk session has ended."))
    return redirect("administration")
