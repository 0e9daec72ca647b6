"""The language of the pages, where there is more than one: chosen on any page, or the browser's.

speak     the whole answer is in it
choose    it is kept in this browser, and for the mail of whoever is signed in
spoken    the one of the page
others    what a page offers
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people import language as languages
from .addresses import asked_next
from .gate import Admits, open_to

A_YEAR = 365 * 24 * 60 * 60  # seconds


def speak(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    def answer(request: HttpRequest) -> HttpResponse:
        if len(settings.LANGUAGES) == 1:
            return get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


@open_to(Admits.ANYBODY)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    language = form_of(request, "language", "next").get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput("malformed", field="language")
    if request.asker:
        languages.choose(asker=request.asker, language=language)
    response = redirect(asked_next(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


def spoken() -> str:
    """As HTML wants it: `en-GB`, `cy`."""
    language, _, region = (translation.get_language() or settings.LANGUAGE_CODE).partition("-")
    return f"{language}-{region.upper()}" if region else language


def others() -> list[tuple[str, str]]:
    """Code and own name of each, without the one that is spoken."""
    here = translation.get_language()
    return [each for each in settings.LANGUAGES if each[0] != here]
