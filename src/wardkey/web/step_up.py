"""Confirm that it is you: shown in place of a page or a form whose deed asks for a fresh proof.

It stands at the address of what was asked for. With the proof its script loads that page anew, or
sends the form again with what was typed (typed.py), so that nobody does a thing twice.
"""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ..audit import events, log
from ..base.errors import InvalidInput, ProofRequired
from ..people.access import person_for
from ..people.administrators import Act
from ..people.deeds import Deed
from ..people.reach import organisation_with_id
from ..sessions.levels import Level
from ..signin import browser, step_up
from .act_words import DOINGS, OWN, SOMETHING
from .bodies import json_body, object_of, text_of, uuid_of
from .typed import is_asked_anew, typed_again

ORGANISATION = re.compile(r"[0-9]{1,18}")  # its id; a person's has letters or hyphens


def page(request: HttpRequest, asking: ProofRequired) -> HttpResponse:
    asked = asking.details
    key_alone = bool(asked["without"] or asked.get("with_key"))
    context = {
        "asked": asked,
        "doing": _doing(asked, own=str(request.sign_in.person.pk)),
        "keys": step_up.keys_to_prove_with(request.sign_in, without=asked["without"]),
        "by_app": request.sign_in.level == Level.APP and not key_alone,
        "by_password": request.sign_in.level == Level.PASSWORD and not key_alone,
        "typed": typed_again(request),
        "asked_anew": is_asked_anew(request),
    }
    return render(request, "sign_in/again.jinja", context, status=asking.status)


def _doing(asked: dict[str, str], *, own: str) -> str:
    of_whom = DOINGS | OWN if asked["about"] == own else DOINGS
    return str(of_whom.get(asked["act"], SOMETHING)).format(name=asked["name"])


def record_asking(request: HttpRequest, asking: ProofRequired) -> None:
    view = request.resolver_match
    log.record(
        events.STEP_UP_REQUIRED,
        actor=log.person(request.sign_in.person),
        holder_id=request.sign_in.person.pk,
        organisation_id=request.sign_in.person.home_id,
        route=view.view_name if view else "",
        method=request.method,
        act=asking.details["act"],
        about=asking.details["about"],
    )


@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    fields = json_body(request)
    ceremony, options = step_up.begin_step_up(
        session=request.sign_in,
        deed=_deed(request, fields),
        key_id=uuid_of(fields, "key_id"),
        source=browser.source_of(request),
    )
    return JsonResponse({"ceremony_id": str(ceremony.pk), "public_key": options})


@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """With a token; or with the password or the app, where it opened the session."""
    fields = json_body(request)
    if "password" in fields:
        secret = step_up.prove_by_password(
            session=request.sign_in,
            deed=_deed(request, fields),
            password=text_of(fields, "password"),
            source=browser.source_of(request),
        )
    elif "code" in fields:
        secret = step_up.prove_by_app(
            session=request.sign_in,
            deed=_deed(request, fields),
            code=text_of(fields, "code"),
            source=browser.source_of(request),
        )
    else:
        secret = step_up.finish_step_up(
            session=request.sign_in,
            ceremony_id=uuid_of(fields, "ceremony_id"),
            answer=object_of(fields, "credential"),
            source=browser.source_of(request),
        )
    response = JsonResponse({})
    browser.give_secret(response, secret)
    return response


def _deed(request: HttpRequest, fields: dict) -> Deed:
    """Only what somebody could be asked to prove: about themselves, or an organisation or a person
    that they may do it to."""
    act, asker, about = _act(fields), request.asker, fields.get("about")
    if about == str(asker.person.pk):
        return Deed(act, str(asker.person.pk))
    if isinstance(about, str) and ORGANISATION.fullmatch(about):
        return Deed(act, str(organisation_with_id(asker, int(about), act).pk))
    return Deed(act, str(person_for(asker, uuid_of(fields, "about"), act).pk))


def _act(fields: dict) -> Act:
    try:
        return Act(fields.get("act"))
    except ValueError as error:
        raise InvalidInput("malformed", field="act") from error
