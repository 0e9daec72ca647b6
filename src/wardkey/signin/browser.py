"""What the browser keeps of a sign-in: a cookie with a secret, and one by which it is known again;
and of its computer, that it is shared.

The only module of a room that sees the request.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from ..sessions import lifetime
from ..sessions.models import Session
from .source import BROWSER_ID, Source, account_of, client_address, knowing

COOKIE, KNOWN, SHARED = "__Host-session", "__Host-known", "__Host-shared"
KNOWN_FOR = timedelta(days=365)
SHARED_FOR = timedelta(days=400)  # no browser keeps a cookie for longer; each login renews it


def session_of(request: HttpRequest) -> Session | None:
    secret = request.COOKIES.get(COOKIE, "")
    return lifetime.live_session(secret) if secret else None


def give_secret(response: HttpResponse, secret: str) -> None:
    """A cookie of the browser's session: it goes with the browser; the row has its own end."""
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="Lax")


def give(
    request: HttpRequest, response: HttpResponse, *, session: Session, secret: str
) -> HttpResponse:
    """The session's secret; a browser in which it is whole is known to that person from then on,
    unless others sit there too."""
    give_secret(response, secret)
    if computer := computer_of(request):
        mark(response, computer)
    if not session.owed and not session.shared_computer:
        account = account_of(session.person.username_key)
        known = knowing(request.COOKIES.get(KNOWN, ""), account)
        response.set_cookie(
            KNOWN, known, max_age=KNOWN_FOR, secure=True, httponly=True, samesite="Lax"
        )
    return response


def take_secret_away(response: HttpResponse) -> None:
    _take_away(response, COOKIE)


def is_marked(request: HttpRequest) -> bool:
    """As shared. Whatever the cookie holds: a made-up one only makes its own browser stricter."""
    return bool(request.COOKIES.get(SHARED))


def computer_of(request: HttpRequest) -> str:
    """The id under which the trail knows a marked computer; empty where there is none."""
    found = request.COOKIES.get(SHARED, "")
    return found if BROWSER_ID.fullmatch(found) else ""


def mark(response: HttpResponse, computer: str) -> None:
    response.set_cookie(
        SHARED, computer, max_age=SHARED_FOR, secure=True, httponly=True, samesite="Lax"
    )


def unmark(response: HttpResponse) -> None:
    _take_away(response, SHARED)


def forget_people(response: HttpResponse) -> None:
    """The browser is known to nobody any more."""
    _take_away(response, KNOWN)


def _take_away(response: HttpResponse, cookie: str) -> None:
    response.set_cookie(cookie, "", max_age=0, secure=True, httponly=True, samesite="Lax")


def source_of(request: HttpRequest) -> Source:
    return Source(
        address=client_address(
            peer=request.META.get("REMOTE_ADDR", ""),
            forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        ),
        device=device_of(request),
        known=request.COOKIES.get(KNOWN, ""),
        shared_computer=is_marked(request) or "shared_computer" in request.POST,
    )


def device_of(request: HttpRequest) -> str:
    return request.META.get("HTTP_USER_AGENT", "")[:200]
