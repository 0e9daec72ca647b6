"""A token that somebody else registered becomes its holder's: by a code, or by Try it now."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..base.errors import SignInRefused
from ..base.forms import form_of
from ..keys import handover, queries
from ..signin import browser, confirming
from .addresses import asked_next
from .bodies import json_body, object_of, uuid_of
from .desks import Desk
from .gate import Admits, open_to
from .notices import say_success
from .words import words


@open_to(Admits.OWING_HANDOVER)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _confirmation_page(request)
    code = form_of(request, "code", "next").get("code", "")
    try:
        session, secret = confirming.confirm(session=request.sign_in, code=code)
    except SignInRefused as mistake:
        return _confirmation_page(request, mistake=words(mistake), status=401)
    say_success(request, _("You are logged in, and the token is yours."))
    return browser.give(request, redirect(asked_next(request)), session=session, secret=secret)


def _confirmation_page(
    request: HttpRequest, *, mistake: str = "", status: int = 200
) -> HttpResponse:
    asked = confirming.confirmation_of(request.sign_in)
    context = {"asked": asked, "next": asked_next(request), "mistake": mistake}
    return render(request, "sign_in/confirm.jinja", context, status=status)


@open_to(Admits.OWING_HANDOVER)
@require_POST
def another_code(request: HttpRequest) -> HttpResponse:
    form_of(request)
    if confirming.send_another_code(session=request.sign_in):
        say_success(request, _("Another code is on its way. The earlier one no longer works."))
        return redirect("sign_in_confirm")
    if not confirming.confirmation_of(request.sign_in).addresses:
        nowhere = _("There is no address of yours to which a code could be sent.")
        return _confirmation_page(request, mistake=nowhere, status=409)
    too_many = _("Five codes were sent within the hour, which is the most. Try again later.")
    return _confirmation_page(request, mistake=too_many, status=429)


@require_http_methods(["GET", "POST"])
def try_it(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    if request.method == "GET":
        key = queries.key_of(desk.holder, key_id)
        handover.require_to_wait(desk.asker, key)
        return render(request, "keys/try.jinja", {"desk": desk, "key": key})
    fields = json_body(request)
    key = handover.finish_try(
        asker=desk.asker,
        holder=desk.holder,
        ceremony_id=uuid_of(fields, "ceremony_id"),
        answer=object_of(fields, "credential"),
    )
    say_success(request, _("The token “{nickname}” works.").format(nickname=key.nickname))
    return JsonResponse({"next": desk.address})


@require_POST
def try_challenge(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    json_body(request)
    ceremony, options = handover.begin_try(asker=desk.asker, holder=desk.holder, key_id=key_id)
    return JsonResponse({"ceremony_id": str(ceremony.pk), "public_key": options})
