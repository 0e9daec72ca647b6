"""I don't have my token: log in another way, where policy lets the person."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput, SignInRefused, Throttled
from ..base.forms import form_of
from ..keys import queries
from ..sessions.levels import Level
from ..signin import browser, other_factors
from .addresses import asked_next
from .gate import Admits, open_to
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words

# What each is called, what to enter, and what it looks like.
FORMS: dict[Level, tuple[object, object, object]] = {
    Level.APP: (
        _("With your authenticator app"),
        _("Code of the app"),
        _("Six digits, for example 123456"),
    ),
    Level.RECOVERY_CODE: (
        _("With a recovery code"),
        _("Recovery code"),
        _("16 letters and digits of your printed list. Each works once."),
    ),
    Level.DAY_PASS: (
        _("With a day pass"),
        _("Day pass"),
        _("16 letters and digits that an administrator gave you for this shift"),
    ),
}


@open_to(Admits.OWING_SECOND_FACTOR)
@require_http_methods(["GET", "POST"])
def log_in_otherwise(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    form = form_of(request, "way", "code", "next")
    level = _level(form)
    try:
        session, secret = other_factors.use_other_factor(
            session=request.sign_in,
            level=level,
            code=form.get("code", ""),
            source=browser.source_of(request),
        )
    except (SignInRefused, Throttled) as mistake:
        return _refused(request, mistake, level)
    response = redirect(_after(request, level))
    return browser.give(request, response, session=session, secret=secret)


def _level(form: QueryDict) -> Level:
    named = form.get("way", "")
    if named not in other_factors.WAYS:
        raise InvalidInput("malformed", field="way")
    return Level(named)


def _after(request: HttpRequest, level: Level) -> str:
    if level != Level.RECOVERY_CODE:
        return asked_next(request)
    say_success(request, gettext("You are logged in for one hour. The recovery code is used up."))
    return "/me/keys/"


def _refused(
    request: HttpRequest, mistake: SignInRefused | Throttled, level: Level
) -> HttpResponse:
    if mistake.reason == "other_factor_ended":
        context = {"next": asked_next(request), "mistake": words(mistake)}
        return render(request, "sign_in/password.jinja", context, status=mistake.status)
    page = _page(request, mistake=words(mistake), failed=level, status=mistake.status)
    return with_waiting_time(page, mistake)


def _page(
    request: HttpRequest, *, mistake: str = "", failed: Level | None = None, status: int = 200
) -> HttpResponse:
    person = request.sign_in.person
    ways = other_factors.ways_open_to(person) if request.sign_in.owed else []
    context = {
        "ways": [(level, *FORMS[level]) for level in ways],
        "loses_key": bool(ways) and queries.has_key_in_use(person),
        "mistake": mistake,
        "failed": failed,
        "next": asked_next(request),
    }
    return render(request, "sign_in/otherwise.jinja", context, status=status)
