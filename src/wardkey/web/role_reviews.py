"""Review of roles: what is due in the asker's reach, and Keep or Remove for each on a page.

A role that has to go is ended on the page on which any role is (web/roles.py), which asks for a
proof each time.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..deciding import role_reviews
from ..deciding.role_reviews import Verdict, Which
from ..people.administrators import Act
from ..sessions.queries import last_seen_of
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..people.models import RoleGrant

FIELD = "verdict-"  # and the id of the role
LONGEST_ID = 17


@administrator_page(Act.REVIEW_ROLES)
@require_http_methods(["GET", "POST"])
def role_review(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    form = form_of(request, *(name for name in request.POST if name.startswith(FIELD)))
    try:
        done = role_reviews.review(asker=request.asker, verdicts=_verdicts(form))
    except InvalidInput as mistake:
        return _page(request, mistake)
    _say(request, done)
    if len(done.to_go) == 1:
        [grant] = done.to_go
        return redirect("dismiss", grant.person_id, grant.pk)
    return redirect(f"{reverse('role_review')}?show={_which(request)}")


def _verdicts(form: QueryDict) -> dict[int, Verdict]:
    said = {name: form.get(name, "") for name in form if name.startswith(FIELD)}
    if len(said) > role_reviews.PAGE or not set(said.values()) <= set(Verdict.values):
        raise InvalidInput("malformed")
    return {_id(name.removeprefix(FIELD)): Verdict(value) for name, value in said.items()}


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        raise InvalidInput("malformed")
    return int(text)


def _say(request: HttpRequest, done: role_reviews.Reviewed) -> None:
    if number := len(done.kept):
        said = ngettext("%(num)d role stays.", "%(num)d roles stay.", number)
        say_success(request, said % {"num": number})
    if number := len(done.to_go):
        said = ngettext(
            "%(num)d role has to go. It has not ended yet: end it now.",
            "%(num)d roles have to go. They have not ended yet: end each of them now.",
            number,
        )
        say_success(request, said % {"num": number})
    for grant in done.gone:
        say_success(request, _gone(grant))


def _gone(grant: "RoleGrant") -> str:
    return _(
        "The role “{role}” of {name} in {organisation} had ended meanwhile. Nothing was recorded."
    ).format(
        role=grant.get_role_display(), name=grant.person.name, organisation=grant.organisation.name
    )


def _page(request: HttpRequest, mistake: InvalidInput | None = None) -> HttpResponse:
    asker, which = request.asker, _which(request)
    shown, following, due = role_reviews.page_of_roles(asker, which, after=_after(request))
    context = {
        "shown": shown,
        "which": which.value,
        "next": f"?show={which}&after={following}" if following else "",
        "due": due,
        "may_review": {each.grant.pk for each in shown if role_reviews.may_review(asker, each)},
        "without_reviewer": role_reviews.without_reviewer(asker, shown),
        "last_seen": last_seen_of([each.grant.person_id for each in shown]),
        "now": clock.now(),
        "chosen": request.POST,
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "roles/review.jinja", context, status=status)


def _which(request: HttpRequest) -> Which:
    """What nobody offered is as good as nothing chosen."""
    text = request.GET.get("show", "")
    return Which(text) if text in set(Which) else Which.DUE


def _after(request: HttpRequest) -> int:
    return _id(request.GET.get("after", "0"))
