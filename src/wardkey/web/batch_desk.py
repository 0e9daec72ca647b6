"""The desk of a batch: one person after the other gets a token.

Challenge and answer go to the doors of *Register New Token* (keys.py). The suggested PIN is made
in the page, stays there, and is in nothing that comes here.
"""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..batches import queries, serving
from ..keys.nicknames import free_nickname
from ..keys.queries import keys_of
from ..people.administrators import Act
from .bodies import json_body, text_of, uuid_of
from .desks import Desk
from .gate import administrator_page, begun_with_proof
from .notices import say_success


@administrator_page(Act.OPEN_DESK_SESSION)
@require_POST
def start(request: HttpRequest, *, batch_id: uuid.UUID) -> HttpResponse:
    """With a desk session for all who are due."""
    batch = queries.batch_of(request.asker, batch_id)
    form_of(request)
    serving.open_desk(asker=request.asker, session=request.sign_in, batch=batch)
    return redirect("batch_next", batch_id=batch.pk)


@administrator_page(Act.KEEP_BATCHES)
@require_safe
def next_person(request: HttpRequest, *, batch_id: uuid.UUID) -> HttpResponse:
    batch = queries.batch_of(request.asker, batch_id)
    place = serving.next_place(request.asker, batch)
    if place is None:
        return redirect("batch", batch_id=batch.pk)
    return redirect("batch_person", batch_id=batch.pk, holder_id=place.person_id)


@require_safe
def serve(request: HttpRequest, desk: Desk, *, batch_id: uuid.UUID) -> HttpResponse:
    batch = queries.batch_of(request.asker, batch_id)
    seats = queries.seats_of(request.asker, batch)
    keys = keys_of(desk.holder)
    place = seats.place_of(desk.holder)
    context = {
        "batch": batch,
        "desk": desk,
        "their_place": place,
        "seats": seats,
        "waiting": [key for key in keys if key.state == "waiting" and key.is_usable],
        "got": next((key for key in keys if key.pk == place.key_id), None),
        "nickname": free_nickname(keys, _("Token {number}")),
        "address": f"{settings.ORIGINS[0]}/",
    }
    return render(request, "batches/serve.jinja", context)


@begun_with_proof
@require_POST
def keep(request: HttpRequest, desk: Desk, *, batch_id: uuid.UUID) -> HttpResponse:
    batch = queries.batch_of(request.asker, batch_id)
    fields = json_body(request)
    key = serving.keep(
        asker=desk.asker,
        batch=batch,
        holder=desk.holder,
        registration_id=uuid_of(fields, "registration_id"),
        nickname=text_of(fields, "nickname"),
        serial_number=text_of(fields, "serial_number"),
    )
    return JsonResponse({"nickname": key.nickname, "serial_number": key.serial_number})


@begun_with_proof
@require_POST
def put_off(request: HttpRequest, desk: Desk, *, batch_id: uuid.UUID) -> HttpResponse:
    """Skip, or Not here today: no token changes, so that no proof is asked for."""
    batch = queries.batch_of(request.asker, batch_id)
    queries.place_of(batch, desk.holder)
    how = form_of(request, "how").get("how")
    if how not in {"skip", "away"}:
        raise InvalidInput("malformed", field="how")
    put = serving.skip if how == "skip" else serving.put_off
    put(batch, desk.holder)
    return redirect("batch_next", batch_id=batch.pk)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, desk: Desk, *, batch_id: uuid.UUID) -> HttpResponse:
    batch = queries.batch_of(request.asker, batch_id)
    place = queries.served_place_of(batch, desk.holder)
    if request.method == "GET":
        return render(request, "batches/undo.jinja", {"batch": batch, "desk": desk})
    form_of(request)
    serving.undo(asker=desk.asker, batch=batch, holder=desk.holder)
    said = _("It is undone: {name} has not got this token. It keeps its PIN, so reset it.")
    say_success(request, said.format(name=desk.holder.name))
    return redirect("batch_person", batch_id=batch.pk, holder_id=place.person_id)
