"""Change password; I forgot my password, the new one by link or slip, and the slip at the desk."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput, Mistake, SignInRefused, Throttled, Unavailable
from ..base.forms import form_of
from ..people.access import person_administered_by
from ..people.administrators import Act
from ..signin import browser, changing_password, resetting
from ..signin.passes import Checked
from .gate import Admits, administrator_page, open_to
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..people.models import Person

METHODS: dict[Checked, object] = {
    Checked.IN_PERSON: gettext_lazy("In person, with their badge"),
    Checked.CALL_BACK: gettext_lazy("I called them back on the number on record"),
}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """One field for the new one, which can be shown: to type it twice hides a slip as well as it
    finds one, and sends people with a password manager the long way round."""
    if request.method == "GET":
        return render(request, "passwords/change.jinja", {})
    form = form_of(request, "username", "present", "password")
    try:
        secret = changing_password.change_password(
            session=request.sign_in,
            present=form.get("present", ""),
            new=form.get("password", ""),
            source=browser.source_of(request),
        )
    except (InvalidInput, SignInRefused, Throttled, Unavailable) as mistake:
        field = "password" if isinstance(mistake, InvalidInput | Unavailable) else "present"
        return _again(request, "passwords/change.jinja", mistake, {"field": field})
    say_success(request, _("Your password was changed. Other browsers are logged out."))
    response = redirect("portal")
    browser.give_secret(response, secret)
    return response


def _again(request: HttpRequest, page: str, mistake: Mistake, context: dict) -> HttpResponse:
    shown = render(request, page, context | {"mistake": words(mistake)}, status=mistake.status)
    return with_waiting_time(shown, mistake)


@open_to(Admits.ANYBODY)
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The answer says nothing about the name, not even which it was."""
    if request.method == "GET":
        return render(request, "passwords/forgotten.jinja", {})
    username = form_of(request, "username").get("username", "")
    try:
        resetting.ask_for_link(username=username, source=browser.source_of(request))
    except (InvalidInput, Throttled) as mistake:
        return _again(request, "passwords/forgotten.jinja", mistake, {"username": username[:254]})
    return render(request, "passwords/asked.jinja", {})


@open_to(Admits.ANYBODY)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """First the code alone, which a link's script fills in; then the code with a password."""
    if request.method == "GET":
        return render(request, "passwords/code.jinja", {})
    form = form_of(request, "code", "username", "password")
    code, source = form.get("code", ""), browser.source_of(request)
    try:
        person = resetting.person_with(code, source=source)
        if "password" not in form:
            return render(request, "passwords/choose.jinja", {"person": person, "code": code})
        return _choose(request, person, code)
    except (SignInRefused, Throttled) as mistake:
        return _again(request, "passwords/code.jinja", mistake, {})


def _choose(request: HttpRequest, person: "Person", code: str) -> HttpResponse:
    source = browser.source_of(request)
    try:
        resetting.choose(code=code, password=request.POST["password"], source=source)
    except (InvalidInput, Unavailable) as mistake:
        return _again(request, "passwords/choose.jinja", mistake, {"person": person, "code": code})
    say_success(request, _("Your new password is set. Log in with it, and with your token."))
    return redirect("sign_in")


@administrator_page(Act.RESET_PASSWORDS)
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.RESET_PASSWORDS)
    resetting.require_of_use(request.asker, holder)
    methods = [{"value": str(each), "text": str(METHODS[each])} for each in resetting.CHECKS]
    context = {"holder": holder, "methods": methods}
    if request.method == "GET":
        return render(request, "passwords/ask_for_slip.jinja", context)
    checked = form_of(request, "checked").get("checked", "")
    if checked not in set(resetting.CHECKS):
        context["unchecked"] = True
        return render(request, "passwords/ask_for_slip.jinja", context, status=400)
    code = resetting.issue_slip(asker=request.asker, person=holder, checked=Checked(checked))
    context |= {"code": code, "address": f"{settings.ORIGINS[0]}/sign-in/new-password/"}
    return render(request, "passwords/slip.jinja", context)
