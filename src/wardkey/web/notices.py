"""The green word after something was done, shown on the page that follows."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class HostCookieStorage(CookieStorage):
    """The signed cookie of Django's messages, bound to this host."""

    cookie_name = "__Host-notices"

    def _update_cookie(self, encoded_data: str, response: HttpResponseBase) -> None:
        """Django takes it away from browsers that have none, too, on every page."""
        if encoded_data or self.cookie_name in self.request.COOKIES:
            super()._update_cookie(encoded_data, response)  # type: ignore[misc]

    def update(self, response: HttpResponseBase) -> list[Message] | None:
        """Django takes it away without saying again that no script reads it."""
        unsent = super().update(response)
        if self.cookie_name in response.cookies:
            response.cookies[self.cookie_name]["httponly"] = True
        return unsent


def say_success(request: HttpRequest, text: str) -> None:
    messages.success(request, text)
