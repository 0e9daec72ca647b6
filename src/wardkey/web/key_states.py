"""A key is suspended, reported lost, found again; a removal is undone; what a key opened."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..base.errors import Conflict
from ..base.forms import form_of
from ..inventory.registered import require_at_hand
from ..keys import losses, queries, upkeep
from ..sessions.forgetting import SESSIONS_KEPT, kept_since
from ..sessions.queries import AT_MOST, opened_with
from .bodies import reason_of
from .desks import Desk
from .key_words import reasons_to_suspend, reported
from .notices import say_success


@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_of(desk.holder, key_id)
    if request.method == "GET":
        context = {"desk": desk, "key": key, "reasons": reasons_to_suspend()}
        return render(request, "keys/suspend.jinja", context)
    form = form_of(request, "reason")
    losses.suspend_key(
        asker=desk.asker,
        holder=desk.holder,
        key_id=key_id,
        reason=reason_of(form, otherwise="precaution"),
    )
    say_success(request, _("The token “{nickname}” is suspended.").format(nickname=key.nickname))
    return redirect(desk.address)


@require_http_methods(["GET", "POST"])
def report_lost(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_of(desk.holder, key_id)
    if request.method == "GET":
        left = [each for each in queries.usable_keys_of(desk.holder) if each.pk != key.pk]
        return render(request, "keys/lost.jinja", {"desk": desk, "key": key, "left": left})
    form_of(request)
    losses.report_lost(holder=desk.holder, key_id=key_id)
    say_success(request, reported(key.nickname))
    return redirect(desk.address)


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_of(desk.holder, key_id)
    if request.method == "GET":
        require_at_hand(key)
        return render(request, "keys/resume.jinja", {"desk": desk, "key": key})
    form_of(request)
    losses.resume_key(
        asker=desk.asker, holder=desk.holder, key_id=key_id, also_require=require_at_hand
    )
    say_success(request, _("The token “{nickname}” works again.").format(nickname=key.nickname))
    return redirect(desk.address)


@require_http_methods(["GET", "POST"])
def undo_removal(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    key = queries.key_in_any_state(desk.holder, key_id)
    if request.method == "GET":
        if not key.may_come_back:
            raise Conflict("removal_final")
        return render(request, "keys/undo_removal.jinja", {"desk": desk, "key": key})
    form_of(request)
    upkeep.undo_removal(asker=desk.asker, holder=desk.holder, key_id=key_id)
    say_success(request, _("The token “{nickname}” is back.").format(nickname=key.nickname))
    return redirect(desk.address)


@require_safe
def sign_ins(request: HttpRequest, desk: Desk, *, key_id: uuid.UUID) -> HttpResponse:
    """What the key opened: since it was stolen, or else since it was registered."""
    key = queries.key_in_any_state(desk.holder, key_id)
    since = key.stolen_since or key.registered_at
    context = {
        "desk": desk,
        "key": key,
        "since": since,
        "forgotten_after_days": SESSIONS_KEPT.days if since < kept_since() else None,
        "opened": opened_with(key.pk, since=since),
        "at_most": AT_MOST,
    }
    return render(request, "keys/sign_ins.jinja", context)
