"""Go on after a rest, or shortly before it: with the token that opened the session, or with the
password where it alone did."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from ..people.grants import role_grants_of
from ..sessions.lifetime import idle_limit
from ..signin import browser, resuming
from .bodies import json_body, object_of, text_of, uuid_of
from .gate import Admits, open_to
from .resting import seconds


@open_to(Admits.RESTING)
@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    json_body(request)
    ceremony, options = resuming.begin_resuming(
        session=request.sign_in, source=browser.source_of(request)
    )
    return JsonResponse({"ceremony_id": str(ceremony.pk), "public_key": options})


@open_to(Admits.RESTING)
@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """How many seconds the session has now, for the page that was left open."""
    fields, session, source = json_body(request), request.sign_in, browser.source_of(request)
    if "password" in fields:
        password = text_of(fields, "password")
        secret = resuming.resume_by_password(session=session, password=password, source=source)
    else:
        secret = resuming.finish_resuming(
            session=session,
            ceremony_id=uuid_of(fields, "ceremony_id"),
            answer=object_of(fields, "credential"),
            source=source,
        )
    limit = idle_limit(session, role_grants_of(session.person.pk))
    response = JsonResponse({"seconds": seconds(limit)})
    browser.give_secret(response, secret)
    return response
