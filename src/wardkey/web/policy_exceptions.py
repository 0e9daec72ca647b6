"""Exceptions from the policy for one person: seen, made, ended."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..deciding import exceptions
from ..people.access import person_administered_by
from ..people.administrators import Act
from . import policy_words
from .dates import date_of, fields_of
from .gate import administrator_page
from .notices import say_success
from .policy import form_shown

if TYPE_CHECKING:
    from ..people.models import Person

USUALLY = timedelta(days=30)


@administrator_page(Act.READ_POLICY)
@require_safe
def exceptions_of_person(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    person = person_administered_by(request.asker, holder_id, Act.READ_POLICY)
    context = {
        "holder": person,
        "exceptions": exceptions.exceptions_of(person),
        "may_decide": request.asker.may(Act.DECIDE_POLICY),
        "words": policy_words,
    }
    return render(request, "policy/exceptions.jinja", context)


@administrator_page(Act.DECIDE_POLICY)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    person = person_administered_by(request.asker, holder_id, Act.DECIDE_POLICY)
    if request.method == "GET":
        return _form(request, person)
    form = form_of(request, "choice", "reason", *fields_of("until"))
    name, _equals, chosen = form.get("choice", "").partition("=")
    try:
        exceptions.allow(
            asker=request.asker,
            person=person,
            name=name,
            chosen=chosen,
            reason=form.get("reason", ""),
            until=date_of(form, "until"),
        )
    except InvalidInput as mistake:
        return _form(request, person, mistake)
    say_success(request, _("The exception for {name} was made.").format(name=person.name))
    return redirect("exceptions", holder_id=person.pk)


@administrator_page(Act.DECIDE_POLICY)
@require_POST
def end(request: HttpRequest, *, holder_id: uuid.UUID, exception_id: int) -> HttpResponse:
    person = person_administered_by(request.asker, holder_id, Act.DECIDE_POLICY)
    form_of(request)
    ended = exceptions.end(asker=request.asker, person=person, exception_id=exception_id)
    text = _("The exception ends in 14 days, because {name} has no token.")
    if ended.has_ended:
        text = _("The exception for {name} was ended.")
    say_success(request, text.format(name=person.name))
    return redirect("exceptions", holder_id=person.pk)


def _form(
    request: HttpRequest, person: "Person", mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "holder": person,
        "open": exceptions.open_to(person, request.asker.organisation),
        "is_own": person.pk == request.asker.person.pk,
        "sent": request.POST,
        "form": form_shown(request, "until", clock.today(person.home.time_zone) + USUALLY),
        "mistake": mistake,
        "words": policy_words,
    }
    status = mistake.status if mistake else 200
    return render(request, "policy/exception.jinja", context, status=status)
