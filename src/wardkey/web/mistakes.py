"""Every refusal in words: what happened, and what to do next. JSON for programs, a page for people.

A mistake changed nothing. Its cause is in the audit trail under the reference.
"""

import hashlib
import sys
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from ..audit import events, log
from ..base import errors, request_id
from ..base.errors import Mistake, NotSignedIn
from ..people.administrators import Act
from . import api_words, resting, step_up
from .addresses import STEPS, came_from
from .answers import answer_to
from .recognition import recognise
from .words import heading, words

RECORDED = (
    errors.NotFound,
    errors.Forbidden,
    errors.StepUpRequired,
    errors.Conflict,
    errors.UnknownField,
)


class AnswerMistakes:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig):
            error = errors.TooLarge()
        return answer(request, error) if isinstance(error, Mistake) else None


def answer(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    if isinstance(mistake, errors.ProofRequired):
        step_up.record_asking(request, mistake)
    elif isinstance(mistake, RECORDED):
        _record(request, mistake)
    if wants_json(request):
        return _as_problem_of(request, mistake)
    if isinstance(mistake, errors.ProofRequired):
        return step_up.page(request, mistake)
    if isinstance(mistake, errors.Resting):
        return resting.page(request, mistake)
    elsewhere = _where_to_go_instead(request, mistake)
    return redirect(elsewhere) if elsewhere else as_page(request, mistake)


def wants_json(request: HttpRequest) -> bool:
    if is_of_the_api(request):
        return True
    accepted = request.headers.get("Accept", "")
    return request.content_type == "application/json" or accepted.startswith("application/json")


def is_of_the_api(request: HttpRequest) -> bool:
    """Its door raises mistakes, and they are told here (docs/adr/0025-the-api-is-a-door.md)."""
    return request.path.startswith("/api/")


def _as_problem_of(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    told = api_words.to_programs(mistake) if is_of_the_api(request) else None
    problem = as_problem(mistake, told)
    if is_of_the_api(request) and mistake.status == NotSignedIn.status:
        problem["WWW-Authenticate"] = "Bearer"
    return problem


def as_problem(mistake: Mistake, told: tuple[str, str] | None = None) -> HttpResponse:
    """RFC 9457, with the `code` that programs read, and the `field` that it is about. `told` are
    title and detail where they are not those of a page."""
    title, detail = told or (heading(mistake), words(mistake))
    body = {
        "type": "about:blank",
        "status": mistake.status,
        "code": mistake.code,
        "title": title,
        "detail": detail,
        "field": mistake.details.get("field", ""),
        "reference": mistake.reference or _reference_of_a_fault(mistake),
    }
    body = {name: value for name, value in body.items() if value}
    problem = JsonResponse(body, status=mistake.status, content_type="application/problem+json")
    if allow := mistake.details.get("allow"):
        problem["Allow"] = allow
    return with_waiting_time(problem, mistake)


def _reference_of_a_fault(mistake: Mistake) -> str:
    """By which the log has more than the person can be told."""
    return request_id.current() if mistake.status >= 500 or mistake.reason == "csrf" else ""


def as_page(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    context = {
        "heading": heading(mistake),
        "words": words(mistake),
        "reference": mistake.reference or request_id.current(),
        "way_back": _way_back(request, mistake),
        "portal_s_address": settings.ORIGINS[0] if mistake.reason == "host" else "",
        "answer": answer_to(mistake),
        "whose_roles": _whose_roles(request, mistake),
    }
    page = render(request, "mistake.jinja", context, status=mistake.status)
    return with_waiting_time(page, mistake)


def with_waiting_time(response: HttpResponse, mistake: Mistake) -> HttpResponse:
    if mistake.retry_after:
        response["Retry-After"] = str(mistake.retry_after)
    return response


def _way_back(request: HttpRequest, mistake: Mistake) -> str:
    """Where the person was; of a key that is gone, the list in which it stood."""
    if mistake.reason == "key_gone":
        return request.path.partition("/keys/")[0] + "/keys/"
    return came_from(request)


def _whose_roles(request: HttpRequest, mistake: Mistake) -> str:
    """Where a role elsewhere is in the way, the page with the person's roles leads on."""
    view = request.resolver_match
    if mistake.reason != "covering_elsewhere" or not view or not request.asker.may(Act.SEE_ROLES):
        return ""
    return str(view.kwargs.get("holder_id", ""))


def _where_to_go_instead(request: HttpRequest, mistake: Mistake) -> str:
    if isinstance(mistake, errors.NotSignedIn):
        return "/sign-in/" + _and_back(_where_it_stood(request))
    if isinstance(mistake, errors.StepUpRequired):
        back = request.path if request.asker and request.method == "GET" else ""
        return STEPS[mistake.reason] + _and_back(back)
    return ""


def _and_back(address: str) -> str:
    return "?" + urlencode({"next": address}) if address else ""


def _where_it_stood(request: HttpRequest) -> str:
    """The page, or that of the form; a step of logging in is left out for what comes after it."""
    page = request.path if request.method == "GET" else came_from(request)
    return request.GET.get("next", "") if page.startswith("/sign-in/") else page


def _record(request: HttpRequest, mistake: Mistake) -> None:
    if request.sign_in is None and request.asker is None:
        return
    view = request.resolver_match
    log.record(
        events.ACT_REFUSED,
        actor=request.asker.actor if request.asker else log.person(request.sign_in.person),
        organisation_id=_organisation_id(request),
        route=view.view_name if view else "",
        method=request.method,
        code=mistake.code,
        reason=mistake.reason,
        target=_target(view.kwargs if view else {}),
    )


def _target(ids: dict) -> str:
    """Whom the address named, or which key of one's own: the hex SHA-256 of the id."""
    named = ids.get("holder_id") or ids.get("person_id") or ids.get("key_id")
    return hashlib.sha256(str(named).encode()).hexdigest() if named else ""


def _organisation_id(request: HttpRequest) -> int:
    if request.asker is None:
        return request.sign_in.person.home_id
    return request.asker.organisation_id or request.asker.person.home_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    recognise(request)  # the gate has not yet
    return answer(request, errors.Forbidden("csrf"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    recognise(request)  # no route, so the gate was not asked
    return answer(request, errors.NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return answer(request, errors.TooLarge())
    reason = "host" if isinstance(exception, DisallowedHost) else ""
    return answer(request, errors.InvalidInput(reason))


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away is a 503, and a machine without room or random numbers; whatever else
    comes here is a fault of ours."""
    mistake: Mistake = errors.Unavailable()
    if not isinstance(sys.exc_info()[1], DatabaseError | OSError):
        mistake.status = 500
    if wants_json(request):
        return as_problem(mistake)
    try:
        return as_page(request, mistake)
    except OSError:
        # The forms around it want random numbers, too.
        request.without_random_numbers = True  # type: ignore[attr-defined]
        return as_page(request, mistake)
