"""Mark as leaver, with what becomes of each token; Send as a guest."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..keys.queries import keys_of
from ..lifecycle import leaving, transfers, visiting
from ..lifecycle.transfers import Decision, Handling
from ..people.access import person_administered_by
from ..people.administrators import Act
from .dates import as_fields, date_of, fields_of
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..keys.models import SecurityKey
    from ..people.models import Person


@administrator_page(Act.LET_PEOPLE_GO)
@require_http_methods(["GET", "POST"])
def mark_leaver(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.LET_PEOPLE_GO)
    keys = keys_of(holder)
    if request.method == "GET":
        context = {"holder": holder, "keys": keys, "form": _as_decided(holder)}
        return render(request, "lifecycle/leaver.jinja", context)
    decided = (f"key-{key.pk}" for key in keys)
    form = form_of(request, *decided, *fields_of("last_day"), *fields_of("until"))
    try:
        leaving.mark_leaver(
            asker=request.asker,
            person=holder,
            last_day=date_of(form, "last_day"),
            decisions=list(_decisions(form, keys)),
        )
    except InvalidInput as mistake:
        context = {"holder": holder, "keys": keys, "form": form, "mistake": words(mistake)}
        context["field_of_mistake"] = mistake.details["field"]
        return render(request, "lifecycle/leaver.jinja", context, status=mistake.status)
    say_success(request, _("{name} is marked as leaver.").format(name=holder.name))
    return redirect("standing", holder_id=holder.pk)


def _as_decided(holder: "Person") -> dict:
    """What was decided before, or today and nothing given."""
    day = holder.last_day or clock.today(holder.home.time_zone)
    decided = transfers.decisions_about(holder)
    form: dict = {f"key-{key_id}": row.handling for key_id, row in decided.items()}
    loans = [row.until for row in decided.values() if row.until]
    return form | as_fields("last_day", day) | (as_fields("until", loans[0]) if loans else {})


def _decisions(form: QueryDict, keys: "list[SecurityKey]") -> Iterator[Decision]:
    """One date for all that is lent. Raises InvalidInput (decision, date)."""
    for key in keys:
        handling = form.get(f"key-{key.pk}", "keep")
        if handling not in list(Handling):
            raise InvalidInput("decision", field="last_day")
        until = date_of(form, "until") if handling == Handling.LEND else None
        yield Decision(key_id=key.pk, handling=Handling(handling), until=until)


@administrator_page(Act.LET_PEOPLE_GO)
@require_http_methods(["GET", "POST"])
def send_as_guest(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.LET_PEOPLE_GO)
    if request.method == "GET":
        return render(request, "lifecycle/guest.jinja", {"holder": holder, "form": {}})
    form = form_of(request, "organisation", *fields_of("until"))
    try:
        visiting.send_as_guest(
            asker=request.asker,
            person=holder,
            organisation=form.get("organisation", ""),
            until=date_of(form, "until"),
        )
    except InvalidInput as mistake:
        context = {"holder": holder, "form": form, "mistake": words(mistake)}
        context["field_of_mistake"] = mistake.details["field"]
        return render(request, "lifecycle/guest.jinja", context, status=mistake.status)
    say_success(request, _("{name} is a guest there now.").format(name=holder.name))
    return redirect("standing", holder_id=holder.pk)


@administrator_page(Act.LET_PEOPLE_GO)
@require_http_methods(["GET", "POST"])
def end_visit(request: HttpRequest, *, holder_id: uuid.UUID, visit_id: int) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.LET_PEOPLE_GO)
    if request.method == "GET":
        about = {"name": holder.name, "place": visiting.visit_of(holder, visit_id).organisation}
        context = {
            "holder": holder,
            "question": _("End the visit of {name} to {place}?").format(**about),
            "explained": _("{place} no longer sees {name} among its guests.").format(**about),
            "button": _("End the visit"),
        }
        return render(request, "lifecycle/confirm.jinja", context)
    form_of(request)
    visiting.end_visit(asker=request.asker, person=holder, visit_id=visit_id)
    say_success(request, _("{name} is no guest any more.").format(name=holder.name))
    return redirect("standing", holder_id=holder.pk)
