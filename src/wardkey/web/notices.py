"""The green word after something was done, shown on the page that follows."""

from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest


class HostCookieStorage(CookieStorage):
    """The signed cookie of Django's messages, bound to this host."""

    cookie_name = "__Host-notices"


def say_success(request: HttpRequest, text: str) -> None:
    messages.success(request, text)
