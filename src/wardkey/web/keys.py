"""Manage FIDO2 Tokens, and My FIDO2 tokens: see, register, rename, remove.

Registering takes three requests: the challenge, the token's answer, and then the nickname, so
that nobody repeats PIN and touch because a nickname is taken.
"""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.errors import Conflict, InvalidInput, Mistake, NicknameTaken
from ..base.forms import form_of
from ..inventory.linking import shared_unit, taken_from_stock
from ..inventory.queries import NOTHING_BESIDE, Beside, beside_keys
from ..keys import four_eyes, queries, registration, upkeep
from ..people.administrators import Act
from ..people.grants import held
from ..sessions.levels import Owed
from ..signin import browser, flow
from .addresses import asked_next
from .bodies import json_body, moment_of, object_of, reason_of, uuid_of
from .desks import Desk
from .gate import begun_with_proof
from .key_words import reasons_to_remove, state_words
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..keys.models import SecurityKey


@require_safe
def key_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    listed = queries.listed_keys_of(desk.holder)
    context = {
        "desk": desk,
        "listed": listed,
        "state_words": state_words,
        "beside": _beside(desk, listed.kept),
        "may_note": desk.asker.may(Act.KEEP_STOCK),
        "may_report_unit": desk.asker.may(Act.REPORT_UNITS_LOST),
        "may_read_trail": not desk.is_own and desk.asker.may(Act.READ_TRAIL),
    }
    return render(request, "keys/list.jinja", context)


def _beside(desk: Desk, keys: "list[SecurityKey]") -> Beside:
    """Stock is looked after by administrators, and by nobody for themselves."""
    if desk.is_own or not desk.asker.may(Act.SEE_STOCK):
        return NOTHING_BESIDE
    within = desk.asker.organisations_for(Act.SEE_STOCK)
    return beside_keys(keys, desk.holder, within)


@begun_with_proof
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        desk.require_proof(Act.REGISTER_KEYS)
        return render(request, "keys/register.jinja", {"desk": desk})
    form = form_of(request, "registration_id", "nickname", "serial_number", "shared")
    registration_id = uuid_of(form, "registration_id")
    linked = shared_unit if "shared" in form else taken_from_stock
    try:
        key = registration.finish_registration(
            asker=desk.asker,
            holder=desk.holder,
            registration_id=registration_id,
            nickname=form.get("nickname", ""),
            serial_number=form.get("serial_number", ""),
            also=linked(asker=desk.asker, holder=desk.holder),
        )
    except (InvalidInput, NicknameTaken) as mistake:
        return _name_it(request, desk, registration_id, mistake)
    except Conflict as mistake:
        if not mistake.reason.startswith("unit_"):
            raise
        return _name_it(request, desk, registration_id, mistake)
    say_success(request, _("The token “{nickname}” was registered.").format(nickname=key.nickname))
    if request.sign_in.owed == Owed.FIRST_KEY:
        return _whole_with_the_first(request, desk, key)
    return redirect(desk.address)


def _name_it(
    request: HttpRequest, desk: Desk, registration_id: uuid.UUID, mistake: Mistake
) -> HttpResponse:
    """The answer of the token waits on: only what was typed is asked for again."""
    about_number = mistake.reason == "serial_number" or isinstance(mistake, Conflict)
    context = {
        "desk": desk,
        "registration_id": registration_id,
        "typed": request.POST,
        "mistake": words(mistake),
        "field": "serial_number" if about_number else "nickname",
        "may_share": mistake.reason == "unit_taken",
    }
    return render(request, "keys/register.jinja", context, status=mistake.status)


def _whole_with_the_first(request: HttpRequest, desk: Desk, key: "SecurityKey") -> HttpResponse:
    """An access pass opened no more than this registration; the new key opens the rest."""
    session, secret = flow.sign_in_with_first_key(session=request.sign_in, key=key)
    going = asked_next(request)
    response = redirect(desk.address if going == "/" else going)
    browser.give(request, response, session=session, secret=secret)
    return response


@require_POST
def register_challenge(request: HttpRequest, desk: Desk) -> HttpResponse:
    json_body(request)
    ceremony, options = registration.begin_registration(asker=desk.asker, holder=desk.holder)
    return JsonResponse(
        {
            "registration_id": str(ceremony.pk),
            "expires_at": ceremony.expires_at,
            "public_key": options,
        }
    )


@begun_with_proof
@require_POST
def register_answer(request: HttpRequest, desk: Desk) -> HttpResponse:
    fields = json_body(request)
    registration.receive_answer(
        asker=desk.asker,
        holder=desk.holder,
        registration_id=uuid_of(fields, "registration_id"),
        answer=object_of(fields, "credential"),
    )
    return JsonResponse({"waits_for": "nickname"})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_of(desk.holder, key_id)
    if request.method == "GET":
        return render(request, "keys/edit.jinja", {"desk": desk, "key": key})
    nickname = form_of(request, "nickname").get("nickname", "")
    try:
        key = upkeep.rename_key(
            asker=desk.asker, holder=desk.holder, key_id=key_id, nickname=nickname
        )
    except (InvalidInput, NicknameTaken) as mistake:
        context = {"desk": desk, "key": key, "nickname": nickname, "mistake": words(mistake)}
        return render(request, "keys/edit.jinja", context, status=mistake.status)
    say_success(request, _("The token is now called “{nickname}”.").format(nickname=key.nickname))
    return redirect(desk.address)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_of(desk.holder, key_id)
    if request.method == "GET":
        if not upkeep.would_lock_out(desk.asker, desk.holder, key):
            upkeep.require_another_key(desk.asker, desk.holder, key)
        return _removal_page(request, desk, key)
    form = form_of(request, "reason", "stolen_since", "ask")
    asks_a_second = "ask" in form
    remove_it = four_eyes.ask_for_removal if asks_a_second else upkeep.remove_key
    try:
        remove_it(
            asker=desk.asker,
            holder=desk.holder,
            key_id=key_id,
            reason=reason_of(form, otherwise="returned"),
            stolen_since=moment_of(form, "stolen_since", zone=desk.holder.home.time_zone),
        )
    except InvalidInput as mistake:
        return _removal_page(request, desk, key, mistake)
    if asks_a_second:
        return _asked(request, desk, key)
    say_success(request, _("The token “{nickname}” was removed.").format(nickname=key.nickname))
    stolen = form.get("reason") == "stolen"
    return redirect(f"{desk.address}{key_id}/sign-ins/" if stolen else desk.address)


def _asked(request: HttpRequest, desk: Desk, key: "SecurityKey") -> HttpResponse:
    said = _("The other administrators were told. One of them has to remove “{nickname}”.")
    say_success(request, said.format(nickname=key.nickname))
    return redirect(desk.address)


def _removal_page(
    request: HttpRequest, desk: Desk, key: "SecurityKey", mistake: InvalidInput | None = None
) -> HttpResponse:
    theirs = [] if desk.is_own else held(desk.asker.grants_of(desk.holder))
    removal = four_eyes.removal_of(key, asker=desk.asker, holder=desk.holder, roles=theirs)
    asked_for = removal.request.reason if removal.request else "returned"
    left = [each for each in queries.usable_keys_of(desk.holder) if each.pk != key.pk]
    context = {
        "desk": desk,
        "key": key,
        "reasons": reasons_to_remove(),
        "removal": removal,
        "chosen": request.POST.get("reason", asked_for),
        "stolen_since": request.POST.get("stolen_since", ""),
        "mistake": words(mistake) if mistake else "",
        "would_lock_out": upkeep.would_lock_out(desk.asker, desk.holder, key),
        "is_last": key.is_usable and not left,
    }
    return render(request, "keys/remove.jinja", context, status=mistake.status if mistake else 200)
