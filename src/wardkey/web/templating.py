"""Jinja2 with the NHS design system's macros, and what the frame around every page needs."""

from collections.abc import MutableMapping
from datetime import date as date_of_calendar
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, pass_context
from jinja2 import Environment as JinjaEnvironment
from jinja2.runtime import Context
from markupsafe import Markup

from ..people.administrators import Act
from ..sessions.desk_session import open_desk
from . import kept_macros, languages
from .resting import warning

SENTENCES_AT_MOST = 10_000  # in all languages


class Environment(JinjaEnvironment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """All are there before the first template is read. Jinja looks each up through two maps,
        and compares them for each macro that a page imports: a tenth of what the page costs."""
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> Environment:
    design_system = PackageLoader("nhsuk_frontend_jinja", "templates")
    options.pop("autoescape", None)
    own = {
        "loader": ChoiceLoader([options["loader"], design_system]),
        "undefined": ChainableUndefined,
        "extensions": ["jinja2.ext.i18n"],
        "trim_blocks": True,
        "lstrip_blocks": True,
        "cache_size": -1,  # there are only so many, and macros are kept in them
    }
    environment = Environment(autoescape=True, **(options | own))
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)
    environment.globals |= {"gettext": said, "_": said, "static": cache(static), "url": url}
    environment.filters |= {"when": when, "day": day, "date": date, "clock_time": clock_time}
    kept_macros.keep(environment)
    return environment


def said(sentence: str, /, **variables: object) -> Markup:
    return said_in(get_language(), sentence, **variables)


def said_in(language: str | None, sentence: str, /, **variables: object) -> Markup:
    """As Jinja's own `gettext` of the new style, which escapes the variables, and for which %% is
    one. To ask for each sentence of a page anew took a sixth of what the page costs."""
    text = translated(language, sentence)
    return text % variables if variables or "%" in text else text


@lru_cache(SENTENCES_AT_MOST)
def translated(_language: str | None, sentence: str) -> Markup:
    return Markup(gettext(sentence))  # noqa: S704  ours


def url(name: str, *args: object) -> str:
    return reverse(name, args=args) if args else _address(name)


@cache
def _address(name: str) -> str:
    return reverse(name)


@pass_context
def when(context: Context, moment: datetime | None) -> str:
    """In the time zone of the reader's organisation: `3 November 2026, 14:05`."""
    return _written(context, moment, "j F Y, H:i")


@pass_context
def clock_time(context: Context, moment: datetime) -> str:
    """`14:05`."""
    return _written(context, moment, "H:i")


@pass_context
def day(context: Context, moment: datetime | None) -> str:
    return _written(context, moment, "j F Y")


def date(day: date_of_calendar | None) -> str:
    """One that is the same in every time zone, as people said it."""
    if day is None:
        return gettext("never")
    return formats.date_format(day, "j F Y")


def _written(context: Context, moment: datetime | None, how: str) -> str:
    if moment is None:
        return gettext("never")
    zone = ZoneInfo(context.get("time_zone") or "UTC")
    return formats.date_format(timezone.localtime(moment, zone), how)


def _notices(request: HttpRequest) -> list:
    """What was done waits until the session that did it goes on."""
    session = getattr(request, "sign_in", None)
    if (session and session.rests) or not hasattr(request, "_messages"):
        return []
    return list(get_messages(request))


def frame(request: HttpRequest) -> dict:
    session = getattr(request, "sign_in", None)
    asker = getattr(request, "asker", None)
    return {
        "_": partial(said_in, get_language()),  # the same for the whole page
        # Masked once for all forms of a page. Django's own masks it for each.
        "csrf_input": SimpleLazyObject(partial(csrf_input, request)),
        "service_name": settings.SERVICE_NAME,
        "service_logo": settings.SERVICE_LOGO,
        "helpdesk_email": settings.HELPDESK_EMAIL,
        "helpdesk_phone": settings.HELPDESK_PHONE,
        "demo": settings.DEMO,
        "notices": _notices(request),
        "signed_in": asker.person if asker else None,
        "half_signed_in": session.person if session and not asker else None,
        "may_find_people": asker.may(Act.FIND_PEOPLE) if asker else False,
        "in_view": asker.organisation if asker else None,
        "desk_session": open_desk(session) if session and asker else None,
        "may_switch": len(asker.organisations) > 1 if asker else False,
        "time_zone": session.person.home.time_zone if session else "UTC",
        "at_shared_computer": session.shared_computer if session else False,
        "idle": warning(session, asker) if session and asker else None,
        "path": request.path,
        "here": request.get_full_path() if request.method == "GET" else "/",
        "language": languages.spoken(),
        "other_languages": languages.others(),
        **_in_place_of_random_numbers(request),
    }


def _in_place_of_random_numbers(request: HttpRequest) -> dict:
    """What a fault is told with needs none: what is sent from there is refused, and asked anew."""
    return {"csrf_input": ""} if getattr(request, "without_random_numbers", False) else {}
