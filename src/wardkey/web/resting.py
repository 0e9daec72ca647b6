"""What a session shows that was idle for too long, in place of whatever was asked for.

Once its person went on (going_on.py), that page is loaded anew, or the form sent again with what
was typed (typed.py). A page that was left open asks by itself, shortly before its time is over and
after it (static/wardkey/idle.js).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..base.errors import Resting
from ..sessions import lifetime
from ..sessions.levels import Level
from ..signin import resuming
from .typed import is_asked_anew, typed_again

if TYPE_CHECKING:
    from ..people.access import Asker
    from ..sessions.models import Session

WARNED = timedelta(minutes=2)


def page(request: HttpRequest, mistake: Resting) -> HttpResponse:
    """It names nobody: whoever comes to an open screen learns nothing from it."""
    session = request.sign_in
    by_password = session.level == Level.PASSWORD
    context = {
        "by_password": by_password,
        "may_go_on": by_password or resuming.key_to_resume_with(session) is not None,
        "typed": typed_again(request),
        "asked_anew": is_asked_anew(request),
    }
    return render(request, "sign_in/resting.jinja", context, status=mistake.status)


def warning(session: "Session", asker: "Asker") -> dict[str, object]:
    """What a page has to know to say in time that its session is going to rest."""
    may_go_on = session.level == Level.PASSWORD or session.key_id is not None
    return {
        "session": session.pk,
        "seconds": seconds(lifetime.rests_in(session, asker.grants)),
        "warned": seconds(WARNED),
        "by_password": session.level == Level.PASSWORD,
        "may_go_on": may_go_on,
        "shared_computer": session.shared_computer,
        # Where nothing may rest, nothing of it stays on the screen.
        "leaves": "/sign-in/" if session.shared_computer or not may_go_on else "",
    }


def seconds(time: timedelta) -> int:
    return max(0, int(time.total_seconds()))
