"""Issue a pass: the identity check, a second administrator where it takes one, the pass, once.

For somebody with a role the same address shows what waits: to whoever asked for it, and to whoever
may approve it. Stop this is where the link of the message leads.
"""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from ..base.errors import InvalidInput, SignInRefused, Throttled
from ..base.forms import form_of
from ..people.access import person_administered_by
from ..people.administrators import Act
from ..people.contacts import mail_shown_for, shortened
from ..people.policy import policy_for
from ..signin import browser, passes, stopping_passes, vouching
from ..signin.passes import DAY_AT_MOST, Checked, Wanted
from .bodies import json_body, object_of, uuid_of
from .gate import Admits, administrator_page, begun_with_proof, open_to
from .mistakes import with_waiting_time
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..people.models import Person

METHODS: dict[Checked, object] = {
    Checked.IN_PERSON: _("In person, with their badge"),
    Checked.CALL_BACK: _("I called them back on the number on record"),
    Checked.OWN_CONTACT: _("They read me the code that was sent to their own address"),
    Checked.COLLEAGUE: _("A colleague vouches for them with an own token"),
}
KINDS = ("access", "day")


@administrator_page(Act.ISSUE_PASSES)
@require_http_methods(["GET", "POST"])
def issue_pass(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.ISSUE_PASSES)
    passes.require_of_use(request.asker, holder)
    if request.method == "GET":
        return _page(request, holder)
    step = request.POST.get("step", "")
    if step == "approve":
        seen = uuid_of(form_of(request, "step", "request"), "request")
        passes.approve(asker=request.asker, person=holder, request_id=seen)
        say_success(request, gettext("The pass was approved. Whoever asked for it is told."))
        return redirect("person", holder_id=holder.pk)
    if step == "show":
        form_of(request, "step")
        code, kind = passes.show_approved(asker=request.asker, person=holder)
        return _shown(request, holder, code, kind=kind)
    return _issue(request, holder)


def _issue(request: HttpRequest, holder: "Person") -> HttpResponse:
    form = form_of(request, "checked", "code", "kind", "hours")
    try:
        wanted = _wanted(form)
        code = passes.issue_pass(asker=request.asker, person=holder, wanted=wanted)
    except InvalidInput as mistake:
        return _page(request, holder, mistake=mistake)
    if code is None:
        say_success(request, gettext("A second administrator was asked to approve the pass."))
        return redirect("issue_pass", holder_id=holder.pk)
    return _shown(request, holder, code, kind=wanted.kind)


def _wanted(form: QueryDict) -> Wanted:
    checked, kind = form.get("checked", ""), form.get("kind", "access")
    if checked not in set(Checked):
        raise InvalidInput("unchecked", field="checked")
    if kind not in KINDS:
        raise InvalidInput("malformed", field="kind")
    return Wanted(
        checked=Checked(checked),
        code=form.get("code", ""),
        kind=kind,
        hours=form.get("hours", ""),
    )


def _shown(request: HttpRequest, holder: "Person", code: str, *, kind: str) -> HttpResponse:
    context = {"holder": holder, "code": code, "is_for_day": kind == "day"}
    return render(request, "admin/access_pass_issued.jinja", context)


def _page(
    request: HttpRequest, holder: "Person", *, mistake: InvalidInput | None = None
) -> HttpResponse:
    waiting = passes.request_of(holder)
    if waiting is not None:
        context = {
            "holder": holder,
            "waiting": waiting,
            "hours": waiting.lifetime // timedelta(hours=1) if waiting.kind == "day" else None,
            "is_mine": waiting.asked_by_id == request.asker.person.pk,
            "how": METHODS.get(Checked(waiting.identity_check), ""),
        }
        return render(request, "admin/access_pass_waits.jinja", context)
    mail = mail_shown_for(holder)
    context = {
        "holder": holder,
        "methods": METHODS,
        "chosen": request.POST.get("checked", ""),
        "kind": request.POST.get("kind", "access"),
        "hours": request.POST.get("hours", ""),
        "hours_at_most": DAY_AT_MOST,
        "may_be_for_day": policy_for(holder).day_pass == "on",
        "mail": shortened(mail) if mail else "",
        "vouched_by": vouching.vouched_by(request.asker, holder),
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "") if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "admin/access_pass.jinja", context, status=status)


@administrator_page(Act.ISSUE_PASSES)
@begun_with_proof
@require_POST
def send_code(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    """It tells the person something and changes nothing, so it asks for no proof of its own."""
    holder = person_administered_by(request.asker, holder_id, Act.ISSUE_PASSES)
    form_of(request)
    if passes.send_identity_code(asker=request.asker, person=holder):
        say_success(request, gettext("A code is on its way. Ask them to read it to you."))
    else:
        say_success(
            request,
            gettext("No code was sent: there is no own address, or five went out within the hour."),
        )
    return redirect("issue_pass", holder_id=holder.pk)


@administrator_page(Act.ISSUE_PASSES)
@begun_with_proof
@require_http_methods(["GET", "POST"])
def vouch(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    """First the colleague's user name, then their token. The issuing itself asks for a proof."""
    holder = person_administered_by(request.asker, holder_id, Act.ISSUE_PASSES)
    passes.require_of_use(request.asker, holder)
    if request.content_type == "application/json":
        return _vouched(request, holder)
    context: dict[str, object] = {"holder": holder, "username": ""}
    if request.method == "GET":
        return render(request, "admin/vouch.jinja", context)
    context["username"] = username = form_of(request, "colleague").get("colleague", "")
    try:
        colleague, keys = vouching.keys_of_colleague(request.asker, holder, username)
    except InvalidInput as mistake:
        context["mistake"] = words(mistake)
        return render(request, "admin/vouch.jinja", context, status=mistake.status)
    return render(request, "admin/vouch.jinja", context | {"colleague": colleague, "keys": keys})


def _vouched(request: HttpRequest, holder: "Person") -> HttpResponse:
    fields = json_body(request)
    vouching.finish_vouching(
        asker=request.asker,
        person=holder,
        ceremony_id=uuid_of(fields, "ceremony_id"),
        answer=object_of(fields, "credential"),
    )
    return JsonResponse({"next": f"/admin/people/{holder.pk}/access-pass/"})


@administrator_page(Act.ISSUE_PASSES)
@begun_with_proof
@require_POST
def vouch_challenge(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.ISSUE_PASSES)
    passes.require_of_use(request.asker, holder)
    fields = json_body(request)
    ceremony, options = vouching.begin_vouching(
        asker=request.asker,
        person=holder,
        username=str(fields.get("colleague", "")),
        key_id=uuid_of(fields, "key_id"),
    )
    return JsonResponse({"ceremony_id": str(ceremony.pk), "public_key": options})


@open_to(Admits.ANYBODY)
@require_http_methods(["GET", "POST"])
def stop_pass(request: HttpRequest) -> HttpResponse:
    """The link's fragment fills in the code; one press stops the pass. Nobody is logged in."""
    if request.method == "GET":
        return render(request, "sign_in/stop_pass.jinja", {})
    code = form_of(request, "code").get("code", "")
    try:
        stopping_passes.stop(code=code, source=browser.source_of(request))
    except (SignInRefused, Throttled) as mistake:
        context = {"mistake": words(mistake)}
        page = render(request, "sign_in/stop_pass.jinja", context, status=mistake.status)
        return with_waiting_time(page, mistake)
    return render(request, "sign_in/stop_pass.jinja", {"stopped": True})
