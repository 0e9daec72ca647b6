"""Who asks: the session that the browser's cookie opens, and the organisation they act for."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest

from ..people.access import Asker
from ..people.grants import GrantsOfEach, giving_rights, grants_of_each
from ..sessions import lifetime
from ..sessions.levels import OTHER_FACTORS
from ..sessions.step_up import SessionProof
from ..signin import browser, second_factor

if TYPE_CHECKING:
    from ..organisations.models import Organisation
    from ..people.models import RoleGrant
    from ..sessions.models import Session


def recognise(request: HttpRequest, *, about: uuid.UUID | None = None) -> None:
    """Leaves `request.sign_in`, and `request.asker` where the session owes nothing and was in use
    lately: by the roles that its person has now, also those that began or ended meanwhile. With the
    same query come those of the person whom the page is about."""
    session = request.sign_in = browser.session_of(request)
    request.asker = None
    if session is None:
        return
    read = {} if session.owed else grants_of_each({session.person.pk, about or session.person.pk})
    grants = giving_rights(read.get(session.person.pk, []))
    # Administrators always need a key: what another factor opened carries no role.
    roles = [] if session.level in OTHER_FACTORS else grants
    session.rests = not session.owed and lifetime.rests_in(session, roles) <= timedelta(0)
    if session.rests:
        return
    lifetime.note_seen(session)
    if session.owed:
        return
    second_factor.ask_as_policy_does_now(session=session, grants=grants)
    if not session.owed:
        request.asker = _asker(session, roles, read)


def _asker(session: "Session", grants: list["RoleGrant"], read: GrantsOfEach) -> Asker:
    return Asker(
        person=session.person,
        session_id=session.pk,
        organisation=_in_view(session, grants),
        grants=grants,
        proof=SessionProof(session),
        read=read,
    )


def _in_view(session: "Session", grants: list["RoleGrant"]) -> "Organisation | None":
    """The organisation that the person chose to act for, while a role there holds; otherwise that
    of their highest role."""
    organisations = [grant.organisation for grant in grants]
    chosen = [each for each in organisations if each.pk == session.organisation_in_view_id]
    return next(iter(chosen + organisations), None)


def themselves(request: HttpRequest) -> Asker:
    """The asker of pages on which people look after themselves: no organisation in view."""
    session = request.sign_in
    return Asker(
        person=session.person,
        session_id=session.pk,
        organisation=None,
        proof=SessionProof(session),
    )
