"""I am moving: a joiner code, for the organisation that is to take one on; and its side of it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import Conflict, InvalidInput, Mistake
from ..base.forms import form_of
from ..lifecycle import moving
from ..people.access import own_record
from ..people.administrators import Act
from .gate import administrator_page, organisation_typed
from .notices import say_success
from .recognition import themselves
from .words import words

if TYPE_CHECKING:
    from ..lifecycle.moving import Mover


@require_http_methods(["GET", "POST"])
def my_moving(request: HttpRequest) -> HttpResponse:
    person = own_record(themselves(request))
    code = ""
    if request.method == "POST":
        form_of(request)
        code = moving.make_joiner_code(person)
    return render(request, "lifecycle/my_moving.jinja", {"person": person, "code": code})


@administrator_page(Act.ADD_PEOPLE, about=organisation_typed)
@require_http_methods(["GET", "POST"])
def take_on(request: HttpRequest) -> HttpResponse:
    """First the code alone, then the same again with what it leads to, and `confirmed`."""
    if request.method == "GET":
        form = {"organisation": request.asker.organisation.code}
        return render(request, "lifecycle/take_on.jinja", {"form": form})
    posted = form_of(request, "code", "organisation", "confirmed")
    asked = {name: posted.get(name, "") for name in ("code", "organisation")}
    try:
        if "confirmed" not in posted:
            mover = moving.mover_with(asker=request.asker, **asked)
            return render(request, "lifecycle/take_on_whom.jinja", {"mover": mover, **asked})
        mover = moving.take_on(asker=request.asker, **asked)
    except (InvalidInput, Conflict) as mistake:
        return _refused(request, mistake)
    say_success(request, _said(mover))
    return redirect("standing", holder_id=mover.person.pk)


def _refused(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    context = {
        "form": request.POST,
        "mistake": words(mistake),
        "field_of_mistake": mistake.details.get("field", "code"),
    }
    return render(request, "lifecycle/take_on.jinja", context, status=mistake.status)


def _said(mover: "Mover") -> str:
    moved = _("{name} now belongs to {organisation}.").format(
        name=mover.person.name, organisation=mover.to.name
    )
    return moved if mover.travelling else moved + " " + _("Register a token for them now.")
