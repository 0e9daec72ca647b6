"""Where keys are looked after: at an administrator's desk for somebody else, or at one's own.

The pages of keys.py are the same for both. What differs is who asks, whose keys they are, and
how the person comes to be known: by `people.access`, in either case.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from ..base.errors import Forbidden, StepUpRequired
from ..people.access import Asker, own_record, person_administered_by, require_proof
from ..people.administrators import Act
from ..people.grants import held_grants_of
from ..sessions.levels import OTHER_FACTORS, SETS_UP_FACTORS, Level, Owed
from .gate import Admits, administrator_page, open_to
from .recognition import themselves

if TYPE_CHECKING:
    from ..people.models import Person
    from ..sessions.models import Session

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`address` is the page with the list of keys; the other pages are below it."""

    asker: Asker
    holder: "Person"
    address: str
    is_own: bool
    may_manage: bool
    may_register: bool
    may_suspend: bool

    def require_proof(self, act: Act) -> None:
        """Raises ProofRequired."""
        require_proof(self.asker, act, self.holder)

    @property
    def may_let_in(self) -> bool:
        """With an access pass, which nobody issues to themselves."""
        is_for_another = not self.is_own and self.asker.person.pk != self.holder.pk
        return is_for_another and self.holder.is_active and self.asker.may(Act.ISSUE_PASSES)

    @property
    def may_try(self) -> bool:
        """A key that waits, with its holder beside the desk: nobody stands there for themselves."""
        is_for_another = self.asker.person.pk != self.holder.pk and self.holder.is_active
        return self.may_manage and (self.is_own or is_for_another)


def administrators(page: Page, act: Act) -> Page:
    """The page at the desk of an administrator who may do the act for the person in the address."""

    @administrator_page(act)
    @wraps(page)
    def view(request: HttpRequest, *, holder_id: uuid.UUID, **rest: object) -> HttpResponse:
        holder = person_administered_by(request.asker, holder_id, act)
        desk = Desk(
            asker=request.asker,
            holder=holder,
            address=f"/admin/people/{holder.pk}/keys/",
            is_own=False,
            may_manage=request.asker.may(Act.MANAGE_KEYS),
            may_register=request.asker.may(Act.REGISTER_KEYS) and holder.may_be_given_keys,
            may_suspend=request.asker.may(Act.SUSPEND_KEYS),
        )
        return page(request, desk, **rest)

    return view


def own(page: Page) -> Page:
    """The page for one's own keys. To change them, one must have signed in with one."""

    @wraps(page)
    def view(request: HttpRequest, **rest: object) -> HttpResponse:
        return page(request, _own_desk(request), **rest)

    return view


def own_with_key(page: Page, act: Act) -> Page:
    return _own_with(page, act, _require_key)


def own_first_key(page: Page, act: Act) -> Page:
    """As `own_with_key`, and open to those whose access pass, or another factor, lets them register
    their first."""
    return open_to(Admits.OWING_FIRST_KEY)(_own_with(page, act, _require_factor_for_key))


def _own_with(page: Page, act: Act, require: Callable[["Session"], None]) -> Page:
    @wraps(page)
    def view(request: HttpRequest, **rest: object) -> HttpResponse:
        require(request.sign_in)
        desk = _own_desk(request)
        if not getattr(page, "asks_for_proof_itself", False):
            desk.require_proof(act)
        return page(request, desk, **rest)

    return view


def own_with_factor(page: Page) -> Page:
    """For what sets up or removes other factors: with a key, a pass, or another one that lasts."""

    @wraps(page)
    def view(request: HttpRequest, **rest: object) -> HttpResponse:
        if request.sign_in.level not in SETS_UP_FACTORS:
            raise StepUpRequired(Owed.SECOND_FACTOR)
        desk = _own_desk(request)
        desk.require_proof(Act.SET_UP_FACTORS)
        return page(request, desk, **rest)

    return view


def _require_key(session: "Session") -> None:
    if session.level != Level.KEY:
        raise StepUpRequired(Owed.SECOND_FACTOR)


def _require_factor_for_key(session: "Session") -> None:
    """A key may follow a pass, or another factor that lasts; not for who holds a role, since that
    key would open it."""
    if session.level not in SETS_UP_FACTORS:
        raise StepUpRequired(Owed.SECOND_FACTOR)
    if session.level in OTHER_FACTORS and held_grants_of(session.person.pk):
        raise Forbidden("role_needs_pass")


def _own_desk(request: HttpRequest) -> Desk:
    asker = themselves(request)
    return Desk(
        asker=asker,
        holder=own_record(asker),
        address="/me/keys/",
        is_own=True,
        may_manage=request.sign_in.level == Level.KEY,
        may_register=request.sign_in.level in SETS_UP_FACTORS,
        may_suspend=True,
    )
