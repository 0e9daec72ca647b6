"""Where a browser is sent: only ever to a page of this portal."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from ..sessions.levels import Owed

# Where a session goes that still owes something.
STEPS: dict[str, str] = {
    Owed.SECOND_FACTOR: "/sign-in/key/",
    Owed.FIRST_KEY: "/me/keys/register/",
    Owed.HANDOVER: "/sign-in/confirm/",
}


def own_address(asked: str | None) -> str:
    """The path that was asked for; the first page where it leads elsewhere, or nowhere."""
    if not asked or not asked.startswith("/"):
        return "/"
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else "/"


def asked_next(request: HttpRequest) -> str:
    """Where the person was going before they had to log in."""
    return own_address(request.POST.get("next") or request.GET.get("next"))


def came_from(request: HttpRequest) -> str:
    """The page of this portal on which the person was; empty where the browser does not say, or
    says what is no address."""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if referer.hostname not in settings.ALLOWED_HOSTS:
        return ""
    path = own_address(referer.path)
    return f"{path}?{referer.query}" if referer.query else path
