"""Login: user name and password, then the FIDO2 token that the person chooses."""

import json
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..base.errors import InvalidInput, SignInRefused, Throttled, Unavailable
from ..base.forms import form_of
from ..keys import losses
from ..sessions.levels import Level
from ..signin import browser, flow, second_factor
from .addresses import STEPS, asked_next
from .bodies import json_body, object_of, uuid_of
from .gate import Admits, open_to
from .key_words import reported
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..ceremonies.models import PendingCeremony
    from ..keys.models import SecurityKey


@open_to(Admits.ANYBODY)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    source = browser.source_of(request)
    if request.method == "GET":
        context = {
            "next": asked_next(request),
            "was_sent_here": "next" in request.GET,
            "username": request.GET.get("login_hint", "")[:254],
            "is_marked": source.shared_computer,
        }
        return render(request, "sign_in/password.jinja", context)
    form = form_of(request, "username", "password", "shared_computer", "next")
    try:
        session, secret = flow.begin_sign_in(
            username=form.get("username", ""),
            password=form.get("password", ""),
            source=source,
            replacing=request.sign_in,
        )
    except (SignInRefused, Throttled, Unavailable, InvalidInput) as mistake:
        context = {
            "next": asked_next(request),
            "mistake": words(mistake),
            "username": "" if source.shared_computer else form.get("username", "")[:254],
            "is_marked": browser.is_marked(request),
            "is_shared": source.shared_computer,
        }
        page = render(request, "sign_in/password.jinja", context, status=mistake.status)
        return with_waiting_time(page, mistake)
    response = redirect(after(request, owed=session.owed))
    return browser.give(request, response, session=session, secret=secret)


@open_to(Admits.OWING_SECOND_FACTOR)
@require_http_methods(["GET", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _finish_key(request)
    return _key_page(request)


def _key_page(request: HttpRequest, *, mistake: str = "", status: int = 200) -> HttpResponse:
    person = request.sign_in.person
    keys = flow.keys_to_choose_from(request.sign_in)
    context = {
        "keys": keys,
        "begun": _begun_ahead(request, keys),
        "person": person,
        "next": asked_next(request),
        "mistake": mistake,
        "logged_in": not request.sign_in.owed,
        "by_password": request.sign_in.level == Level.PASSWORD,
        "pass_helps": not any(key.state == "active" for key in keys),
        "may_go_without": bool(keys) and second_factor.may_go_without(person, keys),
    }
    return render(request, "sign_in/key.jinja", context, status=status)


def _begun_ahead(request: HttpRequest, keys: "list[SecurityKey]") -> str:
    """The challenge of the token that is chosen already comes with the page (docs/adr/0062), in
    base64: what anybody reads in the page names no credential. Empty where there is none: the
    script asks for one then, and is told why not. In a session that is whole it could push out
    another ceremony, and any site can lead a browser to this page."""
    if not keys or not request.sign_in.owed:
        return ""
    source = browser.source_of(request)
    try:
        begun = flow.begin_ahead(session=request.sign_in, key=keys[0], source=source)
    except Throttled:
        return ""
    return b64encode(json.dumps(_told(*begun)).encode()).decode()


@open_to(Admits.OWING_SECOND_FACTOR)
@require_POST
def key_challenge(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    begun = flow.begin_key_step(
        session=request.sign_in,
        key_id=uuid_of(fields, "key_id"),
        source=browser.source_of(request),
    )
    return JsonResponse(_told(*begun))


def _told(ceremony: "PendingCeremony", options: dict) -> dict:
    return {"ceremony_id": str(ceremony.pk), "public_key": options}


def _finish_key(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    session, secret = flow.finish_key_step(
        session=request.sign_in,
        ceremony_id=uuid_of(fields, "ceremony_id"),
        answer=object_of(fields, "credential"),
        source=browser.source_of(request),
    )
    if not session.owed:
        say_success(request, _("You are logged in."))
    told = JsonResponse({"next": after(request, owed=session.owed)})
    return browser.give(request, told, session=session, secret=secret)


@open_to(Admits.OWING_SECOND_FACTOR)
@require_POST
def key_later(request: HttpRequest) -> HttpResponse:
    form_of(request, "next")
    session, secret = flow.put_off_waiting_keys(session=request.sign_in)
    return browser.give(request, redirect(asked_next(request)), session=session, secret=secret)


@open_to(Admits.OWING_SECOND_FACTOR)
@require_http_methods(["GET", "POST"])
def report_lost(request: HttpRequest) -> HttpResponse:
    """With the password alone: whoever lost their only token has nothing else."""
    person = request.sign_in.person
    if request.method == "POST":
        key = losses.report_lost(holder=person, key_id=uuid_of(form_of(request, "key"), "key"))
        say_success(request, reported(key.nickname))
        return redirect("sign_in_key")
    keys = flow.keys_to_choose_from(request.sign_in)
    return render(request, "sign_in/lost.jinja", {"keys": keys})


@open_to(Admits.OWING_SECOND_FACTOR)
@require_POST
def access_pass(request: HttpRequest) -> HttpResponse:
    form = form_of(request, "access_pass", "next")
    try:
        session, secret = flow.use_access_pass(
            session=request.sign_in,
            code=form.get("access_pass", ""),
            source=browser.source_of(request),
        )
    except (SignInRefused, Throttled) as mistake:
        page = _key_page(request, mistake=words(mistake), status=mistake.status)
        return with_waiting_time(page, mistake)
    response = redirect(after(request, owed=session.owed))
    return browser.give(request, response, session=session, secret=secret)


@open_to(Admits.ANYBODY)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    form_of(request)
    if request.sign_in is not None:
        flow.sign_out(session=request.sign_in)
        say_success(request, _("You are logged out."))
    response = redirect("portal")
    browser.take_secret_away(response)
    return response


def after(request: HttpRequest, *, owed: str) -> str:
    step = STEPS.get(owed)
    if step is None:
        return asked_next(request)
    return f"{step}?{urlencode({'next': asked_next(request)})}"
