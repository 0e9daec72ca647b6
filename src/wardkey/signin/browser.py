"""What the browser keeps of a sign-in: a cookie with a secret, and one by which it is known again.

The only module of a room that sees the request.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from ..sessions import lifetime
from ..sessions.models import Session
from .source import Source, account_of, client_address, knowing

COOKIE, KNOWN = "__Host-session", "__Host-known"
KNOWN_FOR = timedelta(days=365)


def session_of(request: HttpRequest) -> Session | None:
    secret = request.COOKIES.get(COOKIE, "")
    return lifetime.live_session(secret) if secret else None


def give_secret(response: HttpResponse, secret: str) -> None:
    """A cookie of the browser's session: it goes with the browser; the row has its own end."""
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="Lax")


def give(
    request: HttpRequest, response: HttpResponse, *, session: Session, secret: str
) -> HttpResponse:
    """The session's secret; a browser in which it is whole is known to that person from then on."""
    give_secret(response, secret)
    if not session.owed and not session.shared_computer:
        account = account_of(session.person.username_key)
        known = knowing(request.COOKIES.get(KNOWN, ""), account)
        response.set_cookie(
            KNOWN, known, max_age=KNOWN_FOR, secure=True, httponly=True, samesite="Lax"
        )
    return response


def take_secret_away(response: HttpResponse) -> None:
    response.set_cookie(COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax")


def source_of(request: HttpRequest) -> Source:
    return Source(
        address=client_address(
            peer=request.META.get("REMOTE_ADDR", ""),
            forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        ),
        device=device_of(request),
        known=request.COOKIES.get(KNOWN, ""),
    )


def device_of(request: HttpRequest) -> str:
    return request.META.get("HTTP_USER_AGENT", "")[:200]
