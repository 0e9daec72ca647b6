"""What the browser keeps of a sign-in: one cookie with one secret.

The only module of a room that sees the request.
"""

from django.http import HttpRequest, HttpResponse

from ..sessions import lifetime
from ..sessions.models import Session

COOKIE = "__Host-session"


def session_of(request: HttpRequest) -> Session | None:
    secret = request.COOKIES.get(COOKIE, "")
    return lifetime.live_session(secret) if secret else None


def give_secret(response: HttpResponse, secret: str) -> None:
    """A cookie of the browser's session: it goes with the browser; the row has its own end."""
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="Lax")


def take_secret_away(response: HttpResponse) -> None:
    response.set_cookie(COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax")


def device_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:200]
