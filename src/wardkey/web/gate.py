"""Who may see a page: by default, only somebody who is signed in and owes nothing.

A view says otherwise with `open_to`. The gate leaves `request.sign_in` (the session or None) and
`request.asker` (who asks, and for which organisation).
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token, rotate_token

from ..base.errors import Forbidden, InvalidInput, Mistake, NotSignedIn, Resting, StepUpRequired
from ..people.access import Asker, person_for, require_proof
from ..people.administrators import FRESHNESS, Act, Freshness
from ..people.deeds import Deed
from ..people.reach import organisation_administered_by, organisation_entered
from ..sessions.levels import Owed
from ..signin import browser
from . import mistakes
from .recognition import recognise

if TYPE_CHECKING:
    from ..organisations.models import Organisation
    from ..people.models import Person
    from ..sessions.models import Session

View = Callable[..., HttpResponse]
Subject = Callable[..., "Person | Organisation"]


class Admits(Enum):
    """Whom a page lets in besides those who are wholly signed in."""

    ANYBODY = "anybody"
    OWING_SECOND_FACTOR = Owed.SECOND_FACTOR
    OWING_FIRST_KEY = Owed.FIRST_KEY
    OWING_HANDOVER = Owed.HANDOVER
    RESTING = "resting"


def open_to(admits: Admits) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.admits = admits  # type: ignore[attr-defined]
        return view

    return mark


class SignedInByDefault:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sign_in = None
        request.asker = None
        response = self.get_response(request)
        if browser.COOKIE in response.cookies:
            # Another session, or none: what a form of the one before it carried is worth nothing.
            rotate_token(request)
            if isinstance(response, JsonResponse):
                # For the forms of the page whose script asked: no script reads the cookie.
                response["X-CSRFToken"] = get_token(request)
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        if getattr(view, "needs_no_session", False):
            return None
        if not hasattr(request, "is_recognised"):  # before, where a file may come with the form
            recognise(request, about=kwargs.get("holder_id"))
        mistake = _why_not(request.sign_in, getattr(view, "admits", None))
        return mistakes.answer(request, mistake) if mistake else None


def needs_no_session(view: View) -> View:
    """For what machines ask of the portal itself: no look-up, no cookie."""
    view.needs_no_session = True  # type: ignore[attr-defined]
    return view


def _why_not(session: "Session | None", admits: Admits | None) -> Mistake | None:
    if admits == Admits.ANYBODY:
        return None
    if session is None:
        return NotSignedIn()
    if session.rests and admits is not Admits.RESTING:
        return Resting("rests")
    if session.owed and (admits is None or session.owed != admits.value):
        return StepUpRequired(session.owed)
    return None


def administrator_page(act: Act, *, about: Subject | None = None) -> Callable[[View], View]:
    """The page is for those whose role in the organisation in view allows the act, and who proved
    as lately as it asks that it is they: about the person or the organisation in the address, or
    else the organisation in view. Of a page about another one `about(request, act)` says which."""

    def wrap(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not request.asker.may(act):
                raise Forbidden("role")
            if not getattr(view, "asks_for_proof_itself", False):
                _require_proof(request, act, kwargs, about)
            return view(request, **kwargs)

        return page

    return wrap


def begun_with_proof(view: View) -> View:
    """What the view goes on with was begun with a proof, which carries so far."""
    return asks_for_proof_itself(view)


def asks_for_proof_itself(view: View) -> View:
    """The view asks, once it knows from a record which organisation it is about."""
    view.asks_for_proof_itself = True  # type: ignore[attr-defined]
    return view


def organisation_typed(request: HttpRequest, act: Act) -> "Organisation":
    """The one that the form names; the one in view where that is out of reach, which the flow says
    in the form's own words."""
    try:
        return organisation_entered(request.asker, request.POST.get("organisation", ""), act)
    except (InvalidInput, Forbidden):
        return request.asker.organisation


def _require_proof(
    request: HttpRequest, act: Act, named: dict[str, Any], about: Subject | None
) -> None:
    """Nobody is asked for one about whom they may not do it to: that is refused as it is."""
    asker = request.asker
    if FRESHNESS[act] is Freshness.NONE or _is_proved(asker, act, named):
        return
    if subject := about(request, act) if about else _subject(asker, act, named):
        require_proof(asker, act, subject)


def _is_proved(asker: Asker, act: Act, named: dict[str, Any]) -> bool:
    """Without a look-up, where the address has the id."""
    return "holder_id" in named and asker.proof.covers(Deed(act, str(named["holder_id"])))


def _subject(asker: Asker, act: Act, named: dict[str, Any]) -> "Person | Organisation | None":
    if "holder_id" in named:
        return person_for(asker, named["holder_id"], act)
    if "code" in named:
        return organisation_administered_by(asker, named["code"], act)
    return asker.organisation
