"""Change password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput, Mistake, SignInRefused, Throttled, Unavailable
from ..signin import browser, changing_password
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """One field for the new one, which can be shown: to type it twice hides a slip as well as it
    finds one, and sends people with a password manager the long way round."""
    if request.method == "GET":
        return render(request, "passwords/change.jinja", {})
    try:
        secret = changing_password.change_password(
            session=request.sign_in,
            present=request.POST.get("present", ""),
            new=request.POST.get("password", ""),
            source=browser.source_of(request),
        )
    except (InvalidInput, SignInRefused, Throttled, Unavailable) as mistake:
        return _change_page(request, mistake)
    say_success(request, _("Your password was changed. Other browsers are logged out."))
    response = redirect("portal")
    browser.give_secret(response, secret)
    return response


def _change_page(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    field = "password" if isinstance(mistake, InvalidInput | Unavailable) else "present"
    context = {"mistake": words(mistake), "field": field}
    page = render(request, "passwords/change.jinja", context, status=mistake.status)
    return with_waiting_time(page, mistake)
