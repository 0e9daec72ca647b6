"""A session's life: started, found again at each request, ended.

start               a new row and the secret that the browser keeps
live_session        the row for a secret, if it still holds
idle_limit          after which a session rests: it opens nothing until its person shows the key
note_seen, wake     it is in use; it rested, and goes on
owe_second_factor   from now on, though it was whole
exchange            ended, once, for a session that goes further
renew_secret        the same session; who copied its secret is left behind
keep_one            the same, whose person changed by its own doing; all others of theirs end
require_live        still there, inside the transaction that writes
owe_logout          applications stand on it, and hear of its end
runs_out_at         the end that it comes to by itself, where it is not used again
still_holds         the same question without a lock, and whether its person is unchanged
end, end_for_key, end_for_person, end_for_people, end_others_of_person, end_others_at, end_for_pass,
end_for_other_factors, end_with_password_only
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import NotSignedIn
from ..base.prepared import Prepared, PreparedInsert, PreparedUpdate
from ..people.models import Person, RoleGrant
from .levels import Level, Owed
from .models import ApiToken, Session, StepUp

AT_MOST = timedelta(hours=12)
IDLE = timedelta(hours=1)
IDLE_WITH_A_ROLE = timedelta(minutes=15)
IDLE_AT_A_SHARED_COMPUTER = timedelta(minutes=10)
HALF_SIGNED_IN = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=1)
BY_SECRET = Prepared(Session.objects.select_related("person__home"), "secret_hash")
ADD = PreparedInsert(Session)
END_ONE = PreparedUpdate(Session, "ended_at", "may_end_at", "end_reason", only_if=Q(ended_at=None))


def start(
    *,
    person: Person,
    level: Level,
    owed: Owed = Owed.NOTHING,
    key_id: uuid.UUID | None = None,
    device: str = "",
    address: str = "",
    ends_at: datetime | None = None,
    shared_computer: bool = False,
) -> tuple[Session, str]:
    now = clock.now()
    secret = codes.new_secret()
    session = Session(
        secret_hash=codes.hashed(secret),
        person=person,
        security_stamp=person.security_stamp,
        level=level,
        owed=owed,
        key_id=key_id,
        device=device[:200],
        address=address[:45],
        ends_at=ends_at,
        shared_computer=shared_computer,
        started_at=now,
        last_seen_at=now,
    )
    ADD(session)
    return session, secret


def live_session(secret: str) -> Session | None:
    """None where it ended, ran out, or the person changed since."""
    session = next(iter(BY_SECRET(codes.hashed(secret))), None)
    if session is None:
        return None
    if ran_out(session):
        _end_what_ran_out(session)
        return None
    return session if _is_still_the_same(session.person, session) else None


def _is_still_the_same(person: Person, session: Session) -> bool:
    return person.may_sign_in and person.security_stamp == session.security_stamp


def ran_out(session: Session) -> bool:
    """Or ended. At a shared computer nothing rests: whoever sits there next finds nobody's."""
    return session.ended_at is not None or clock.now() >= runs_out_at(session)


def runs_out_at(session: Session) -> datetime:
    ends = [session.started_at + (HALF_SIGNED_IN if session.owed else AT_MOST)]
    if session.ends_at is not None:
        ends.append(session.ends_at)
    if session.shared_computer:
        ends.append(session.last_seen_at + IDLE_AT_A_SHARED_COMPUTER)
    return min(ends)


def _end_what_ran_out(session: Session) -> None:
    """Recorded once, where its browser comes back."""
    with transaction.atomic():
        if _end(Session.objects.filter(pk=session.pk), reason="ran_out"):
            log.record(
                events.SESSION_RAN_OUT,
                actor=log.person(session.person),
                holder_id=session.person_id,
                organisation_id=session.person.home_id,
            )


def idle_limit(session: Session, grants: Sequence[RoleGrant]) -> timedelta:
    """`grants` are the roles of its person that are in force."""
    if session.shared_computer:
        return IDLE_AT_A_SHARED_COMPUTER
    return IDLE_WITH_A_ROLE if grants else IDLE


def rests_in(session: Session, grants: Sequence[RoleGrant]) -> timedelta:
    """Negative or nothing where it rests already."""
    return session.last_seen_at + idle_limit(session, grants) - clock.now()


def note_seen(session: Session) -> None:
    """Once a minute at most: a session rests up to a minute early, and never late."""
    now = clock.now()
    if now - session.last_seen_at > NOTED_EVERY:
        session.last_seen_at = now
        Session.objects.filter(pk=session.pk).update(last_seen_at=now)


def wake(session: Session) -> str:
    """The same session under another secret, so that what was under way in it can be finished.
    With its row locked (`require_live`)."""
    secret = codes.new_secret()
    session.last_seen_at, session.rests = clock.now(), False
    session.secret_hash = codes.hashed(secret)
    session.save(update_fields=["last_seen_at", "secret_hash"])
    return secret


def exchange(session: Session) -> None:
    """One session becomes one session. Raises NotSignedIn where it was ended meanwhile."""
    session.ended_at = session.may_end_at = clock.now()
    session.end_reason = "stepped_up"
    if not END_ONE(session):
        raise NotSignedIn


def owe_second_factor(session: Session) -> None:
    """The time for half a sign-in begins now."""
    session.owed = Owed.SECOND_FACTOR
    session.started_at = session.may_end_at = clock.now()
    session.save(update_fields=["owed", "started_at", "may_end_at"])


def renew_secret(session: Session) -> str:
    secret = codes.new_secret()
    Session.objects.filter(pk=session.pk).update(secret_hash=codes.hashed(secret))
    return secret


def keep_one(session: Session, person: Person, *, reason: str) -> str:
    """`person` as they are from now on. The session's new secret."""
    end_others_of_person(person.pk, besides=session.pk, reason=reason)
    Session.objects.filter(pk=session.pk).update(security_stamp=person.security_stamp)
    return renew_secret(session)


def require_live(session_id: uuid.UUID) -> Session:
    """The row, locked until the transaction ends. Raises NotSignedIn where it has ended."""
    sessions = Session.objects.select_for_update().filter(pk=session_id, ended_at=None)
    session = next(iter(sessions), None)
    if session is None:
        raise NotSignedIn
    return session


def still_holds(session_id: uuid.UUID) -> bool:
    return Session.objects.filter(
        pk=session_id,
        ended_at=None,
        person__status="active",
        security_stamp=F("person__security_stamp"),
    ).exists()


def owe_logout(session: Session) -> None:
    """From now on others stand on it, and are told when it ends."""
    if not session.owes_logout:
        may_end_at = runs_out_at(session)
        Session.objects.filter(pk=session.pk).update(owes_logout=True, may_end_at=may_end_at)


def end(session: Session, *, reason: str) -> None:
    _end(Session.objects.filter(pk=session.pk), reason=reason)


def end_for_key(key_id: uuid.UUID, *, holder_id: uuid.UUID, reason: str) -> int:
    """And the API tokens that were made with it; and what it proved in sessions that go on. Which
    key opened a desk session nobody wrote down: another proof opens the next."""
    _end_api_tokens(ApiToken.objects.filter(key_id=key_id), reason=reason)
    ended = _end(Session.objects.filter(key_id=key_id), reason=reason)
    going_on = Session.objects.filter(person_id=holder_id, ended_at=None)
    StepUp.objects.filter(session__in=going_on, key_id=key_id, used_at=None).delete()
    going_on.exclude(desk_ends_at=None).update(desk_ends_at=None)
    return ended


def end_for_person(person_id: uuid.UUID, *, reason: str) -> int:
    """And the API tokens of their own."""
    _end_api_tokens(ApiToken.objects.filter(person_id=person_id), reason=reason)
    return _end(Session.objects.filter(person_id=person_id), reason=reason)


def end_for_people(person_ids: Collection[uuid.UUID], *, reason: str) -> int:
    return _end(Session.objects.filter(person_id__in=person_ids), reason=reason)


def end_others_of_person(person_id: uuid.UUID, *, besides: uuid.UUID, reason: str) -> int:
    """And the API tokens of their own, but for one that asks for this."""
    own = ApiToken.objects.filter(person_id=person_id)
    _end_api_tokens(own.exclude(pk=besides), reason=reason)
    return _end(Session.objects.filter(person_id=person_id).exclude(pk=besides), reason=reason)


def end_others_at(level: Level, person_id: uuid.UUID, *, besides: uuid.UUID, reason: str) -> int:
    return _end(
        Session.objects.filter(level=level, person_id=person_id).exclude(pk=besides), reason=reason
    )


def end_for_pass(person_id: uuid.UUID) -> int:
    """Those that an earlier pass opened."""
    by_pass = Q(owed=Owed.FIRST_KEY) | Q(level=Level.DAY_PASS)
    return _end(Session.objects.filter(by_pass, person_id=person_id), reason="pass_replaced")


def end_for_other_factors(person_id: uuid.UUID, *, reason: str) -> int:
    opened = Session.objects.filter(person_id=person_id, level__in=[Level.APP, Level.RECOVERY_CODE])
    return _end(opened, reason=reason)


def end_with_password_only(person_id: uuid.UUID, *, besides: uuid.UUID) -> int:
    """Whoever has a second factor from now on is asked for it, also where they are signed in."""
    whole = Session.objects.filter(person_id=person_id, level=Level.PASSWORD, owed=Owed.NOTHING)
    return _end(whole.exclude(pk=besides), reason="second_factor")


def _end(sessions: QuerySet[Session], *, reason: str) -> int:
    now = clock.now()
    return sessions.filter(ended_at=None).update(ended_at=now, may_end_at=now, end_reason=reason)


def _end_api_tokens(api_tokens: QuerySet[ApiToken], *, reason: str) -> None:
    api_tokens.filter(ended_at=None).update(ended_at=clock.now(), end_reason=reason)
