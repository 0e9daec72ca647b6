"""Which roles in an application an organisation gives its people, by those that they hold here."""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..clients import application_roles, registering
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from .api_tokens import typed
from .gate import administrator_page
from .notices import say_success

if TYPE_CHECKING:
    from ..clients.models import Client
    from ..organisations.models import Organisation


@administrator_page(Act.MANAGE_CLIENTS)
@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, *, client_id: uuid.UUID, code: str) -> HttpResponse:
    found = registering.client_seen_from(request.asker, client_id)
    organisation = organisation_administered_by(request.asker, code, Act.MANAGE_CLIENTS)
    if request.method == "GET":
        return _ask(request, found, organisation)
    form = form_of(request, *application_roles.GIVEN_TO)
    given = {to: form.get(to, "") for to in application_roles.GIVEN_TO}
    try:
        application_roles.decide_roles(
            asker=request.asker, client_id=client_id, code=code, given=given
        )
    except InvalidInput as mistake:
        return _ask(request, found, organisation, mistake)
    say_success(request, _("Decided for {name}.").format(name=organisation.name))
    return redirect("client", client_id)


def _ask(
    request: HttpRequest,
    found: "Client",
    organisation: "Organisation",
    mistake: InvalidInput | None = None,
) -> HttpResponse:
    context = {"client": found, "organisation": organisation, **typed(request, mistake)}
    if request.method == "GET":
        gives = application_roles.given_by(found, organisation)
        context["typed"] = {to: " ".join(names) for to, names in gives.items()}
    context["holders"] = application_roles.GIVEN_TO
    status = mistake.status if mistake else 200
    return render(request, "clients/roles.jinja", context, status=status)
