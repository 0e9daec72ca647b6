"""Somebody logs in with another factor than a key, where policy lets them (docs/adr/0020).

ways_open_to       what the person could use now: never beside a key in use, unless policy says so
use_other_factor   once; the session has the factor's own level, and a key left behind is suspended

Whatever is wrong, the answer is the same: a wrong code, one that was used, a factor that was never
set up, is switched off, or is not offered beside a key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, SignInRefused
from ..keys import losses, queries
from ..notifications import messages
from ..organisations.policy import Policy
from ..organisations.policy_values import ON
from ..people.models import Person
from ..people.notices import tell, tell_administrators
from ..people.policy import policy_for
from ..recovery import access_pass, codes, totp
from ..sessions import lifetime
from ..sessions.levels import Level, Owed
from ..sessions.models import Session
from . import throttle
from .models import Kind
from .opening import SignedIn, about, whole_session
from .refusals import record_attempt
from .source import Source

# Time to register a token, which is what a recovery code is for.
WITH_RECOVERY_CODE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`has`, `use` and `fits` ask the room that keeps the factor."""

    kind: Kind
    is_on: Callable[[Policy], bool]
    has: Callable[[Person], bool]
    use: Callable[[Person, str], bool]
    fits: Callable[[Person, str], bool]


WAYS = {
    Level.APP: Way(
        kind=Kind.APP,
        is_on=lambda policy: policy.authenticator_app == ON,
        has=lambda person: totp.since(person) is not None,
        use=totp.use,
        fits=totp.fits,
    ),
    Level.RECOVERY_CODE: Way(
        kind=Kind.RECOVERY_CODE,
        is_on=lambda policy: policy.recovery_codes == ON,
        has=lambda person: codes.count_left(person) > 0,
        use=codes.use,
        fits=codes.fits,
    ),
    Level.DAY_PASS: Way(
        kind=Kind.DAY_PASS,
        is_on=lambda policy: policy.day_pass == ON,
        has=lambda person: access_pass.ends_of_day_pass(person) is not None,
        use=access_pass.use_day_pass,
        fits=lambda person, code: access_pass.was_issued(person=person, code=code),
    ),
}


def ways_open_to(person: Person) -> list[Level]:
    policy = policy_for(person)
    if policy.other_factors_beside_key != "offered" and queries.has_key_in_use(person):
        return []
    return [level for level, way in WAYS.items() if way.is_on(policy) and way.has(person)]


def use_other_factor(*, session: Session, level: Level, code: str, source: Source) -> SignedIn:
    """`level` is one of WAYS. Raises SignInRefused (`other_factor`; `other_factor_ended` where the
    half session ended, because the account has to wait), Throttled."""
    if session.owed != Owed.SECOND_FACTOR:
        raise Conflict("logged_in")
    person, way = session.person, WAYS[level]
    attempt = throttle.begin(way.kind, username=person.username_key, source=source)
    with transaction.atomic():
        left_behind = queries.locked_keys_in_use_of(person)
        queries.hold_keys_of(person)
        is_open = level in ways_open_to(person)
        if is_open and way.use(person, code):
            throttle.succeeded(attempt)
            losses.suspend_left_behind(holder=person, keys=left_behind)
            _announce(person, level)
            lifetime.exchange(session)
            return whole_session(person, level=level, seen=session, ends_at=_ends_at(person, level))
    raise _refusal(session, attempt, is_spent=is_open and way.fits(person, code))


def _ends_at(person: Person, level: Level) -> datetime | None:
    if level == Level.DAY_PASS:
        return access_pass.ends_of_day_pass(person)
    return clock.now() + WITH_RECOVERY_CODE if level == Level.RECOVERY_CODE else None


def _announce(person: Person, level: Level) -> None:
    """An app is used each day, which nobody would read of; a recovery code is not."""
    if level == Level.RECOVERY_CODE:
        left = codes.count_left(person)
        log.record(events.RECOVERY_CODE_USED, **about(person), left=left)
        tell(messages.recovery_code_used, person=person, left=left)
        tell_administrators(messages.recovery_code_of_another_used, about=person, besides=None)


def _refusal(session: Session, attempt: throttle.Attempt, *, is_spent: bool) -> SignInRefused:
    """What was used before is no guess. With the failure that makes the account wait, whoever
    guesses has to find the password again too."""
    record_attempt(session.person, reason="other_factor")
    if not is_spent and throttle.failed(attempt, session.person):
        lifetime.end(session, reason="throttled")
        return SignInRefused("other_factor_ended")
    return SignInRefused("other_factor")
