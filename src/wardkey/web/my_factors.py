"""Other ways to log in: people set up an authenticator app and recovery codes for themselves, and
administrators take them away."""

import io
import uuid

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people.access import own_record, person_administered_by
from ..people.administrators import Act
from ..signin import browser, own_factors, taking_factors
from ..signin.own_factors import NewApp
from .addresses import asked_next
from .desks import Desk
from .gate import administrator_page
from .notices import say_success
from .recognition import themselves
from .words import words

QUIET_ZONE, PIXELS_A_MODULE = 4, 5


@require_safe
def my_factors(request: HttpRequest) -> HttpResponse:
    factors = own_factors.own_factors(own_record(themselves(request)))
    return render(request, "factors/list.jinja", {"factors": factors})


@require_http_methods(["GET", "POST"])
def app(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The first form makes a seed, the second one has its first code."""
    if request.method == "GET":
        factors = own_factors.own_factors(desk.holder)
        return render(request, "factors/app.jinja", {"factors": factors})
    form = form_of(request, "code")
    if "code" not in form:
        new = own_factors.begin_app(asker=desk.asker, person=desk.holder)
        return _page_with_seed(request, new)
    try:
        signed_in = own_factors.finish_app(
            asker=desk.asker,
            person=desk.holder,
            session=request.sign_in,
            code=form.get("code", ""),
        )
    except InvalidInput as mistake:
        shown = own_factors.app_shown_again(desk.holder)
        return _page_with_seed(request, shown, mistake=mistake)
    say_success(request, _("Your authenticator app is set up."))
    if signed_in is None:
        return redirect("my_factors")
    session, secret = signed_in
    return browser.give(request, redirect(asked_next(request)), session=session, secret=secret)


def _page_with_seed(
    request: HttpRequest, new: NewApp, *, mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "picture": _picture(new.address),
        "seed": " ".join(new.seed[start : start + 4] for start in range(0, len(new.seed), 4)),
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "factors/app_code.jinja", context, status=status)


def _picture(address: str) -> Markup:
    """A QR code as SVG in the page: no address has it, and nothing stores it."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        scale=PIXELS_A_MODULE,
        border=QUIET_ZONE,
        light="#fff",
        xmldecl=False,
        svgns=False,
        nl=False,
        svgclass="wardkey-qr",
        lineclass=None,
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn here, of an address that is data


@require_http_methods(["GET", "POST"])
def remove_app(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        return render(request, "factors/remove.jinja", {"is_app": True})
    form_of(request)
    own_factors.remove_app(asker=desk.asker, person=desk.holder)
    say_success(request, _("Your authenticator app was removed."))
    return redirect("my_factors")


@administrator_page(Act.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def take_away(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.MANAGE_KEYS)
    if request.method == "GET":
        context = {"holder": holder, "factors": own_factors.own_factors(holder)}
        return render(request, "factors/take_away.jinja", context)
    form_of(request)
    taking_factors.take_away(asker=request.asker, person=holder)
    say_success(request, _("{name} has no other way to log in.").format(name=holder.name))
    return redirect("person", holder_id=holder.pk)


@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        factors = own_factors.own_factors(desk.holder)
        return render(request, "factors/codes.jinja", {"factors": factors})
    form_of(request)
    made = own_factors.make_codes(asker=desk.asker, person=desk.holder)
    return render(request, "factors/codes_made.jinja", {"codes": made, "holder": desk.holder})


@require_http_methods(["GET", "POST"])
def remove_codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        return render(request, "factors/remove.jinja", {"is_app": False})
    form_of(request)
    own_factors.remove_codes(asker=desk.asker, person=desk.holder)
    say_success(request, _("Your recovery codes were removed."))
    return redirect("my_factors")
