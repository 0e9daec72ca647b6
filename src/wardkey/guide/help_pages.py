"""Help & Support: the questions, whom to ask, the accessibility statement, what is stored."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..base.errors import NotFound
from ..organisations.queries import contact_for
from ..people.administrators import Act
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
    """Whoever is wholly signed in sees whom their own organisation names; a guest's home does."""
    asker = request.asker
    context = {
        "about_fido2": settings.ABOUT_FIDO2_URL,
        "about_mfa": settings.ABOUT_MFA_URL,
        "contact": contact_for(asker.person.home) if asker else None,
        "may_set_contact": asker.may(Act.SET_CONTACT) if asker else False,
    }
    return show(request, "guide/help.jinja", **context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/accessibility.jinja")


@require_safe
def stored(request: HttpRequest) -> HttpResponse:
    return show(request, "guide/stored.jinja")
