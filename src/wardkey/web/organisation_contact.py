"""Organisation contact: whom the people of the organisation in view ask for help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people import organisation_contact as contacts
from ..people.administrators import Act
from .gate import administrator_page
from .notices import say_success
from .words import words

FIELDS = ("email", "phone", "hours", "words")


@administrator_page(Act.SET_CONTACT)
@require_http_methods(["GET", "POST"])
def organisation_contact(request: HttpRequest) -> HttpResponse:
    organisation = request.asker.organisation
    if request.method == "GET":
        return _page(request, contacts.contact_of(organisation).values)
    form = form_of(request, *FIELDS)
    typed = {name: form.get(name, "") for name in FIELDS}
    try:
        contacts.change(asker=request.asker, organisation=organisation, **typed)
    except InvalidInput as mistake:
        return _page(request, typed, mistake)
    say_success(request, _("The contact of your organisation was saved."))
    return redirect("guide_help")


def _page(
    request: HttpRequest, typed: dict[str, str], mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "typed": typed,
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "") if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "organisations/contact.jinja", context, status=status)
