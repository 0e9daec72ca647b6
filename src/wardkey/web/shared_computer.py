"""An administrator says of the computer at which they sit whether it is shared."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people.administrators import Act
from ..sessions import shared_computers
from ..signin import browser
from .gate import administrator_page
from .notices import say_success


@administrator_page(Act.MARK_COMPUTERS)
@require_http_methods(["GET", "POST"])
def shared_computer(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        context = {"is_marked": browser.is_marked(request)}
        return render(request, "admin/shared_computer.jinja", context)
    form = form_of(request, "shared")
    response = redirect("shared_computer")
    match form.get("shared"):
        case "yes":
            browser.mark(response, shared_computers.mark(asker=request.asker))
            browser.forget_people(response)
            say_success(request, _("This is a shared computer from now on."))
        case "no":
            shared_computers.unmark(asker=request.asker, computer=browser.computer_of(request))
            browser.unmark(response)
            say_success(request, _("This is no shared computer any more."))
        case _other:
            raise InvalidInput("malformed", field="shared")
    return response
