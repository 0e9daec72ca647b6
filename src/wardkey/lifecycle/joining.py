"""Somebody joins: an administrator adds and invites them, and they open the account themselves.

add_person             a name, a home, the day from which they may sign in; no password yet
invite                 a one-time code, by mail as a link or printed on a slip; earlier ones end
issue                  the same in a transaction that asked for the right to do it
withdraw_invitation    the code that was sent or printed is worth nothing any more
newcomer_with          whose code this is
accept                 once: the newcomer chooses a password, and registers a first key if asked to
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Conflict, InvalidInput, SignInRefused
from ..keys.queries import usable_keys_of
from ..notifications import messages, outbox
from ..people import accounts, contacts, passwords
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person, Standing
from ..people.names import clean_name
from ..people.notices import tell
from ..people.password_rules import require_good_password
from ..people.queries import locked_person
from ..people.reach import organisation_still_entered
from ..sessions import lifetime
from ..sessions.levels import Level, Owed
from ..sessions.models import Session
from ..signin import throttle
from ..signin.refusals import record_attempt
from ..signin.second_factor import owes_second_factor
from ..signin.source import Source
from . import ways_in
from .models import Invitation, Way
from .queries import open_invitation_of

HOLDS_AFTER_THE_START = timedelta(days=14)
AHEAD_AT_MOST = timedelta(days=366)


def add_person(
    *,
    asker: Asker,
    username: str,
    name: str,
    email: str,
    organisation: str,
    starts_on: date | None,
    also: Callable[[Person], None] = lambda _person: None,
) -> Person:
    """`organisation` is a code, `email` may be empty; without a day they start today. `also` is
    done in the same transaction. Raises InvalidInput: name, email, start, organisation, username,
    username_taken."""
    name, email = clean_name(name), email.strip()
    if email:
        contacts.require_mail_address(email)
    with transaction.atomic():
        home = organisation_still_entered(asker, organisation, Act.ADD_PEOPLE)
        today = clock.today(home.time_zone)
        starts_on = starts_on or today
        require_start(starts_on, today=today)
        person = accounts.enter(
            username=username.strip(),
            name=name,
            email=email,
            email_verified_at=None,
            organisation=home,
            by=asker.actor,
            starts_at=clock.start_of(starts_on, home.time_zone),
        )
        also(person)
    return person


def require_start(day: date, *, today: date) -> None:
    if abs(day - today) > AHEAD_AT_MOST:
        raise InvalidInput("start", field="starts_on")


def invite(*, asker: Asker, person: Person, way: Way) -> str:
    """Returns the code; a printed one is shown once, a mailed one not at all. Raises Conflict
    (already_joined, standing), InvalidInput (no_mail)."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.ADD_PEOPLE)
        require_not_joined(person)
        return issue(person, way=way, by=asker.actor, issued_by_id=asker.person.pk)


def issue(person: Person, *, way: Way, by: log.Actor, issued_by_id: uuid.UUID) -> str:
    """As `invite`, in a transaction that asked for the right to do it and locked the person."""
    ways_in.end_invitations(person)
    invitation, code = _keep(person, way, issued_by_id)
    if way == Way.LINK:
        _mail(invitation, person)
    log.record(
        events.INVITATION_ISSUED,
        actor=by,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        way=way,
    )
    return code


def require_not_joined(person: Person) -> None:
    if person.has_usable_password():
        raise Conflict("already_joined")
    if person.standing not in {Standing.TO_COME, Standing.HERE}:
        raise Conflict("standing")


def _keep(person: Person, way: Way, issued_by_id: uuid.UUID) -> tuple[Invitation, str]:
    """A link's code is made again when the mail leaves: no table holds it."""
    id, now = uuid.uuid4(), clock.now()
    by_link = way == Way.LINK
    code = codes.readable_code_for("invitation", id) if by_link else codes.new_readable_code()
    invitation = Invitation.objects.create(
        id=id,
        person=person,
        way=way,
        sent_to=_mail_address(person) if by_link else "",
        code_hash=codes.hashed_readable(code),
        issued_by_id=issued_by_id,
        issued_at=now,
        expires_at=max(now, person.starts_at or now) + HOLDS_AFTER_THE_START,
    )
    return invitation, code


def _mail_address(person: Person) -> str:
    address = contacts.mail_shown_for(person)
    if not address:
        raise InvalidInput("no_mail", field="way")
    return address


def _mail(invitation: Invitation, person: Person) -> None:
    outbox.put(
        messages.invitation,
        to=[outbox.Addressee(invitation.sent_to, person.language)],
        name=person.name,
        organisation=person.home.name,
        username=person.username,
        invitation_id=str(invitation.pk),
    )


def withdraw_invitation(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (no_invitation) where none is open."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.ADD_PEOPLE)
        if not ways_in.end_invitations(person):
            raise Conflict("no_invitation")
        log.record(
            events.INVITATION_WITHDRAWN,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
        )


def newcomer_with(code: str, *, source: Source) -> Person:
    """Changes nothing. Raises SignInRefused (invitation); Conflict (not_started); Throttled where
    many codes failed at this address."""
    attempt = throttle.begin_code(code, source=source)
    invitation = open_invitation_of(code)
    if invitation is None:
        record_attempt(None, reason="invitation")
        throttle.failed(attempt, None)
        raise SignInRefused("invitation")
    person = invitation.person
    if person.standing == Standing.TO_COME:
        raise Conflict("not_started")
    return person


def accept(
    *, code: str, password: str, source: Source, replacing: Session | None
) -> tuple[Session, str] | None:
    """A session for the first key and its secret; None where the newcomer can log in as usual.

    Raises as `newcomer_with`, and InvalidInput for a password that will not do.
    """
    person = newcomer_with(code, source=source)
    require_good_password(password, person=person)
    encoded = passwords.encode(password)  # outside the transaction: it takes its time
    with transaction.atomic():
        person = locked_person(person.pk)
        invitation = _redeem(code)
        passwords.keep(person, encoded)
        contacts.mail_is_verified(person, invitation.sent_to)
        log.record(
            events.INVITATION_ACCEPTED,
            actor=log.person(person),
            holder_id=person.pk,
            organisation_id=person.home.pk,
            way=invitation.way,
        )
        tell(messages.account_opened, person=person)
        if replacing is not None:
            lifetime.end(replacing, reason="replaced")
        return _first_session(person, source)


def _redeem(code: str) -> Invitation:
    """One conditional statement: of two who come at once, one finds it used."""
    invitation = open_invitation_of(code)
    unused = Invitation.objects.filter(
        code_hash=codes.hashed_readable(code), used_at=None, revoked_at=None
    )
    if invitation is None or not unused.update(used_at=clock.now()):
        raise SignInRefused("invitation")
    return invitation


def _first_session(person: Person, source: Source) -> tuple[Session, str] | None:
    """The invitation stands for the second factor once: for the first key."""
    if usable_keys_of(person) or not owes_second_factor(person):
        return None
    return lifetime.start(
        person=person,
        level=Level.ACCESS_PASS,
        owed=Owed.FIRST_KEY,
        device=source.device,
        shared_computer=source.shared_computer,
    )
