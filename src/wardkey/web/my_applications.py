"""Applications with access: where somebody's name is open beyond the portal, each to end."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..base.forms import form_of
from ..clients import consents
from .notices import say_success


@require_safe
def my_applications(request: HttpRequest) -> HttpResponse:
    held = consents.access_of(request.asker.person)
    return render(request, "clients/own.jinja", {"held": held})


@require_POST
def end(request: HttpRequest, *, client_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    client = consents.end_access(person=request.asker.person, client_id=client_id)
    said = _("“{name}” has no access any more. It may show you as logged in for a while.")
    say_success(request, said.format(name=client.name))
    return redirect("my_applications")
