from functools import partial
from secrets import token_hex

from django.apps import AppConfig
from django.middleware import csrf


class WebConfig(AppConfig):
    name = "wardkey.web"
    label = "web"

    def ready(self) -> None:
        """Django asks the system for each letter of a form's token by itself, 192 times in a login;
        each time another thread may go first (docs/adr/0064)."""
        ask_once = partial(token_hex, csrf.CSRF_SECRET_LENGTH // 2)
        csrf._get_new_csrf_string = ask_once  # type: ignore[attr-defined]  # noqa: SLF001
