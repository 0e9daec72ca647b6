"""Where you are logged in: one's own sessions, each to end; and all of somebody else's, ended."""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..base.forms import form_of
from ..keys.queries import keys_of
from ..people.access import person_administered_by
from ..people.administrators import Act
from ..sessions import ending
from ..sessions.levels import Level
from ..sessions.queries import live_sessions_of
from . import device_words
from .gate import administrator_page
from .notices import say_success

if TYPE_CHECKING:
    from ..sessions.models import Session

BY = {
    Level.PASSWORD: gettext_lazy("Password"),
    Level.ACCESS_PASS: gettext_lazy("Access pass"),
    Level.KEY: gettext_lazy("FIDO2 token"),
    Level.APP: gettext_lazy("Authenticator app"),
    Level.RECOVERY_CODE: gettext_lazy("Recovery code"),
    Level.DAY_PASS: gettext_lazy("Day pass"),
}


@require_safe
def my_logins(request: HttpRequest) -> HttpResponse:
    person = request.sign_in.person
    nicknames = {key.pk: key.nickname for key in keys_of(person)}
    context = {
        "sessions": live_sessions_of(person),
        "this": request.sign_in.pk,
        "device": device_words.in_words,
        "by": lambda session: _by(session, nicknames),
    }
    return render(request, "logins/own.jinja", context)


def _by(session: "Session", nicknames: dict[uuid.UUID, str]) -> str:
    if session.key_id in nicknames:
        return nicknames[session.key_id]
    return str(BY[Level(session.level)])


@require_POST
def end_one(request: HttpRequest, *, session_id: uuid.UUID) -> HttpResponse:
    form_of(request)
    ending.end_own(asker=request.asker, session_id=session_id)
    say_success(request, _("That login has ended."))
    return redirect("my_logins")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    form_of(request)
    number = ending.end_own_others(asker=request.asker)
    ended = ngettext("{number} other login has ended.", "{number} other logins have ended.", number)
    say_success(request, ended.format(number=number))
    return redirect("my_logins")


@administrator_page(Act.END_SESSIONS)
@require_http_methods(["GET", "POST"])
def end_all(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.END_SESSIONS)
    if request.method == "GET":
        return render(request, "logins/end_all.jinja", {"holder": holder})
    form_of(request)
    ending.end_all_of(asker=request.asker, person=holder)
    say_success(request, _("{name} is logged out everywhere.").format(name=holder.name))
    return redirect("person", holder_id=holder.pk)
