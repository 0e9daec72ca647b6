"""People set up other factors for themselves, and remove them.

own_factors         what somebody has, and what policy lets them have
begin_app           a seed for an authenticator app, shown once
finish_app          its first code is right; a session that a pass opened is whole with it
remove_app
make_codes          ten, shown once; those before end
remove_codes

What was opened elsewhere with an app or a list of codes ends with it.

Setting one up takes a factor that is there, or an access pass, and a fresh proof: the door and the
deed see to that. The last way in is not removed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..keys import queries
from ..notifications import messages
from ..organisations.policy_values import ON
from ..people import accounts
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.policy import policy_for
from ..recovery import codes, totp
from ..sessions import lifetime
from ..sessions.levels import Level, Owed
from ..sessions.models import Session
from .opening import SignedIn, about, whole_session


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFactors:
    """`app_since` is None where no app is set up."""

    may_have_app: bool
    may_have_codes: bool
    beside_key: bool
    app_since: datetime | None
    codes_left: int

    @property
    def are_any(self) -> bool:
        """There, or to be had."""
        return bool(self.may_have_app or self.may_have_codes or self.app_since or self.codes_left)


@dataclass(frozen=True, slots=True)
class NewApp:
    """`seed` in Base32, for typing; `address` for the QR code."""

    seed: str
    address: str


def own_factors(person: Person) -> OwnFactors:
    policy = policy_for(person)
    return OwnFactors(
        may_have_app=policy.authenticator_app == ON,
        may_have_codes=policy.recovery_codes == ON,
        beside_key=policy.other_factors_beside_key == "offered",
        app_since=totp.since(person),
        codes_left=codes.count_left(person),
    )


def begin_app(*, asker: Asker, person: Person) -> NewApp:
    """Raises Forbidden (`factor_not_allowed`)."""
    with transaction.atomic():
        _hold(asker, person)
        _require_app_allowed(person)
        return _shown(person, totp.begin(person))


def app_shown_again(person: Person) -> NewApp:
    """Raises Conflict (`no_factor`) where nothing is being set up, or for more than 15 minutes."""
    seed = totp.seed_shown(person)
    if seed is None:
        raise Conflict("no_factor")
    return _shown(person, seed)


def _shown(person: Person, seed: str) -> NewApp:
    address = totp.address_of(seed, account=person.username, service=settings.SERVICE_NAME)
    return NewApp(seed, address)


def finish_app(*, asker: Asker, person: Person, session: Session, code: str) -> SignedIn | None:
    """Another session where a pass opened this one. Raises InvalidInput (`app_code`), Forbidden
    (`first_key`) where a pass opened it and a key is in use meanwhile."""
    with transaction.atomic():
        _hold(asker, person)
        _require_app_allowed(person)
        if not totp.finish(person, code):
            raise InvalidInput("app_code", field="code")
        _end_what_it_opened(Level.APP, asker)
        log.record(events.APP_SET_UP, **about(person))
        tell(messages.app_set_up, person=person)
        return _has_second_factor(person, session)


def _has_second_factor(person: Person, session: Session) -> SignedIn | None:
    """From now on one is asked for, also where the person is logged in without."""
    accounts.second_factor_was_used(person)
    lifetime.end_with_password_only(person.pk, besides=session.pk)
    if session.owed != Owed.FIRST_KEY:
        return None
    if queries.has_key_in_use(person):
        raise Forbidden("first_key")
    lifetime.exchange(session)
    return whole_session(person, level=Level.APP, seen=session)


def remove_app(*, asker: Asker, person: Person) -> None:
    """Raises Conflict: `last_factor`, `no_factor`."""
    with transaction.atomic():
        _hold(asker, person)
        if not codes.count_left(person):
            _require_key_in_use(person)
        if not totp.remove(person):
            raise Conflict("no_factor")
        _end_what_it_opened(Level.APP, asker)
        log.record(events.APP_REMOVED, **about(person))
        tell(messages.app_removed, person=person)


def make_codes(*, asker: Asker, person: Person) -> list[str]:
    """Raises Forbidden (`factor_not_allowed`)."""
    with transaction.atomic():
        _hold(asker, person)
        if policy_for(person).recovery_codes != ON:
            raise Forbidden("factor_not_allowed")
        made = codes.make(person)
        _end_what_it_opened(Level.RECOVERY_CODE, asker)
        log.record(events.RECOVERY_CODES_MADE, **about(person))
        tell(messages.recovery_codes_made, person=person)
        return made


def remove_codes(*, asker: Asker, person: Person) -> None:
    """Raises Conflict: `last_factor`, `no_factor`."""
    with transaction.atomic():
        _hold(asker, person)
        if totp.since(person) is None:
            _require_key_in_use(person)
        if not codes.remove(person):
            raise Conflict("no_factor")
        _end_what_it_opened(Level.RECOVERY_CODE, asker)
        log.record(events.RECOVERY_CODES_REMOVED, **about(person))
        tell(messages.recovery_codes_removed, person=person)


def _end_what_it_opened(level: Level, asker: Asker) -> None:
    lifetime.end_others_at(
        level, asker.person.pk, besides=asker.session_id, reason="factor_removed"
    )


def _hold(asker: Asker, person: Person) -> None:
    queries.hold_keys_of(person)
    require_still_administered(asker, person, Act.SET_UP_FACTORS)


def _require_app_allowed(person: Person) -> None:
    if policy_for(person).authenticator_app != ON:
        raise Forbidden("factor_not_allowed")


def _require_key_in_use(person: Person) -> None:
    if not queries.has_key_in_use(person):
        raise Conflict("last_factor")
