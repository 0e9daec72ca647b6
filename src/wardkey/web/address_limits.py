"""Failed logins from one address: whether people there have to wait, and that they do no longer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people.administrators import Act
from ..signin import address_limits, browser
from .gate import administrator_page
from .limit_words import rounded_up
from .notices import say_success
from .words import words


@administrator_page(Act.LIFT_LIMITS)
@require_http_methods(["GET", "POST"])
def address_limit(request: HttpRequest) -> HttpResponse:
    own = browser.source_of(request).address
    if request.method == "GET":
        return _page(request, own=own)
    address = form_of(request, "where").get("where", "").strip()
    lifted = address_limits.lift_address(asker=request.asker, address=address, own=own)
    said = (
        _("From {address} people can try again now.")
        if lifted
        else _("There was no limit any more: from {address} people can try.")
    )
    say_success(request, said.format(address=address))
    return redirect("address_limit")


def _page(request: HttpRequest, *, own: str) -> HttpResponse:
    may_name_others = request.asker.may(Act.LIFT_LIMITS_OF_ADDRESSES)
    address = request.GET.get("where", own).strip() if may_name_others else own
    context: dict = {"own": own, "address": address, "may_name_others": may_name_others}
    try:
        until = address_limits.blocked_until(address)
        context["until"] = until and rounded_up(until)
    except InvalidInput as mistake:
        context["mistake"] = words(mistake)
    status = 400 if "mistake" in context else 200
    return render(request, "admin/address_limit.jinja", context, status=status)
