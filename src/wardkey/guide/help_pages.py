"""Help & Support: the questions, whom to ask, the accessibility statement, what is stored."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..base.errors import NotFound
from .front import show
from .questions import GROUPS, QUESTIONS


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/questions.jinja", groups=GROUPS)


@require_safe
def question(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in QUESTIONS:
        raise NotFound
    return show(request, "guide/question.jinja", question=QUESTIONS[slug])


@require_safe
def help_and_support(request: HttpRequest) -> HttpResponse:
    links = {"about_fido2": settings.ABOUT_FIDO2_URL, "about_mfa": settings.ABOUT_MFA_URL}
    return show(request, "guide/help.jinja", **links)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/accessibility.jinja")


@require_safe
def stored(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/stored.jinja")
