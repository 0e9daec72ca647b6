"""Guessing is slow: failures in a row make the next attempt wait, longer each time.

attempt_of  what is tried, and from where
begin       the same, refused while the account or the address has to wait
begin_code, begin_api_token, begin_client
            for what somebody sends who names nobody
begin_device_code
            for what somebody types that a machine shows them
failed      counted, in a row that is locked meanwhile
counted     the same around an answer of a key: what is judged and refused is a failure
succeeded   the account starts anew, unless others used up its failures meanwhile
waits_of    for administrators: what a person has to wait for
lift        … and wait no longer
forget_old  the worker's
forget_since
            after a restore kept people out, who tried all the same

An attempt may be looked at beside others, but its outcome is told only if it still fits under the
limit: whoever sends a hundred guesses at once learns as much as somebody who sends them in turn.
docs/adr/0012 says why the numbers are what they are.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Throttled
from ..base.prepared import planned_cursor
from ..ceremonies.refusal import Refused
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from .models import FailedName, Kind, Limit
from .source import Source, account_of, known_as, network_of

# The failure that begins the first wait; each further one doubles it.
WAITS_FROM = {
    Kind.PASSWORD: 5,
    Kind.ACCESS_PASS: 5,
    Kind.KEY: 10,
    # Ten an hour at most: six digits are soon guessed, and nobody mistypes a code three times.
    Kind.APP: 3,
    Kind.RECOVERY_CODE: 3,
    Kind.DAY_PASS: 3,
    # Of links for a new password each one that is asked for counts.
    Kind.RESET: 3,
    Kind.ADDRESS: 1,
    # A program that does not read its answers asks again and again with what is over.
    Kind.API_TOKEN: 10,
    Kind.CLIENT: 10,
    Kind.DEVICE_CODE: 5,
    # Of everybody within ten minutes: nobody mistypes so often, and many who guess together do.
    Kind.ALL_DEVICE_CODES: 300,
}
# Of these an account has one count, whatever browser asks: who gets there has the password.
COUNTED_TOGETHER = [
    *(Kind.APP, Kind.RECOVERY_CODE, Kind.DAY_PASS),
    *(Kind.DEVICE_CODE, Kind.ALL_DEVICE_CODES),
]
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
# How long a failed name counts at its address, and a failure at all.
WINDOW, REMEMBERED = timedelta(minutes=10), timedelta(days=1)

# Asked four times in a sign-in, mostly to hear of nothing: through the ORM that would cost as much
# as a twentieth of the password's hash.
LIMITS_ON = """
    SELECT id FROM signin_limit
    WHERE (subject = %s AND kind = %s AND browser = %s)
       OR (subject = %s AND kind = 'address' AND browser = '')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """`browser` is the id of a known browser, which has a count of its own; empty for others.

    `network` is the hash under which the address is counted; empty where it is not.
    """

    kind: Kind
    account: bytes
    browser: str
    network: bytes
    address: str


def begin(kind: Kind, *, username: str, source: Source) -> Attempt:
    """Asked before anything is looked up or hashed. Raises Throttled."""
    attempt = attempt_of(kind, username=username, source=source)
    _require_no_wait(attempt)
    return attempt


def begin_code(code: str, *, source: Source) -> Attempt:
    """To the limits of an address each code is a name of its own, and never one that an account
    has: whoever types a user name as a code makes nobody wait."""
    name = f"code {codes.hashed_readable(code).hex()}"
    return begin(Kind.ACCESS_PASS, username=name, source=source)


def begin_api_token(secret: str, *, source: Source) -> Attempt:
    """Of one that opened nothing. As `begin_code`: each is a name of its own."""
    name = f"api {codes.hashed(secret).hex()}"
    return begin(Kind.API_TOKEN, username=name, source=source)


def begin_client(client_id: str, *, source: Source) -> Attempt:
    """Of one that did not prove itself. It is counted at each address alone, so that nobody's
    guesses lock it out where it stands; `client_id` is empty of one that is not known."""
    name = f"client {client_id} {source.address}"
    return begin(Kind.CLIENT, username=name, source=source)


def begin_device_code(person: Person, *, source: Source) -> tuple[Attempt, Attempt]:
    """The person's count, and everybody's of these ten minutes. A right code forgets neither:
    whoever guesses can have right ones of their own."""
    window = int(clock.now().timestamp() // WINDOW.total_seconds())
    everybody = f"device codes {window}"
    return (
        begin(Kind.DEVICE_CODE, username=person.username_key, source=source),
        begin(Kind.ALL_DEVICE_CODES, username=everybody, source=source),
    )


def attempt_of(kind: Kind, *, username: str, source: Source) -> Attempt:
    account = account_of(username)
    together = kind in COUNTED_TOGETHER
    browser = "" if together else known_as(source.known, account)
    # Only who has the right password gets as far as a key: nobody tries that at many names.
    by_address = not browser and not together and kind != Kind.KEY
    return Attempt(
        kind=kind,
        account=account,
        browser=browser,
        network=network_of(source.address) if by_address else b"",
        address=source.address,
    )


def failed(attempt: Attempt, person: Person | None) -> bool:
    """Whether the account has to wait from now on. Raises Throttled where others have used up its
    failures meanwhile."""
    has_to_wait = _count(attempt, _own(attempt), person)
    if _is_one_name_too_many(attempt):
        _count(attempt, _of_network(attempt), None)
    return has_to_wait


@contextmanager
def counted(attempt: Attempt, person: Person) -> Iterator[None]:
    try:
        yield
    except Refused:
        failed(attempt, person)
        raise


def succeeded(attempt: Attempt) -> None:
    """In the transaction that signs in. Raises Throttled, as `failed` does."""
    if _require_no_wait(attempt):
        Limit.objects.filter(**_own(attempt)).exclude(blocked_until__gt=clock.now()).delete()
        FailedName.objects.filter(address=attempt.network, name=attempt.account).delete()


def _own(attempt: Attempt) -> dict:
    return {"subject": attempt.account, "kind": attempt.kind, "browser": attempt.browser}


def _of_network(attempt: Attempt) -> dict:
    return {"subject": attempt.network, "kind": Kind.ADDRESS, "browser": ""}


def _require_no_wait(attempt: Attempt) -> bool:
    """Whether there are failures to forget."""
    own: list[bytes | str] = [attempt.account, str(attempt.kind), attempt.browser]
    with planned_cursor(connection) as cursor:
        cursor.execute(LIMITS_ON, [*own, attempt.network])
        ids = [row[0] for row in cursor.fetchall()]
    limits = Limit.objects.filter(pk__in=ids) if ids else []
    for limit in limits:
        _require_over(limit.blocked_until)
    return any(limit.kind == attempt.kind for limit in limits)


def _require_over(until: datetime | None) -> None:
    seconds = (until - clock.now()).total_seconds() if until else 0
    if seconds > 0:
        raise Throttled(retry_after=math.ceil(seconds))


def _count(attempt: Attempt, which: dict, person: Person | None) -> bool:
    now = clock.now()
    with transaction.atomic():
        # The row is locked from here on: nobody else counts between reading and writing.
        limits = Limit.objects.select_for_update()
        limit, _is_new = limits.get_or_create(**which, defaults={"failed_at": now})
        _require_over(limit.blocked_until)
        limit.failures, limit.failed_at = limit.failures + 1, now
        if wait := _wait_after(limit):
            limit.blocked_until = now + wait
            _record(attempt, limit, wait, person)
        limit.save(update_fields=["failures", "failed_at", "blocked_until"])
    return wait is not None


def _wait_after(limit: Limit) -> timedelta | None:
    """None while failures cost nothing; then 30 s, doubling to 15 minutes."""
    over = limit.failures - WAITS_FROM[Kind(limit.kind)]
    return min(SHORTEST * 2 ** min(over, 9), LONGEST) if over >= 0 else None


def _record(attempt: Attempt, limit: Limit, wait: timedelta, person: Person | None) -> None:
    log.record(
        events.SIGN_IN_LIMITED,
        actor=log.NOBODY,
        holder_id=person.pk if person else None,
        organisation_id=person.home.pk if person else None,
        limit=limit.kind,
        failures=limit.failures,
        seconds=int(wait.total_seconds()),
        address=attempt.address,
    )


def _is_one_name_too_many(attempt: Attempt) -> bool:
    """A hospital is one address: a name counts once in ten minutes, and no more once it is in."""
    if not attempt.network:
        return False
    now = clock.now()
    names = FailedName.objects.filter(address=attempt.network, failed_at__gt=now - WINDOW)
    if names.filter(name=attempt.account).update(failed_at=now):
        return False
    FailedName.objects.update_or_create(
        address=attempt.network, name=attempt.account, defaults={"failed_at": now}
    )
    return names.count() > settings.NAMES_AN_ADDRESS


def waits_of(person: Person) -> list[Limit]:
    """Those that hold now, the longest first."""
    return list(waiting(person).order_by("-blocked_until"))


def waiting(person: Person) -> QuerySet[Limit]:
    account = account_of(person.username_key)
    return Limit.objects.filter(subject=account, blocked_until__gt=clock.now())


def lift(*, asker: Asker, holder: Person) -> bool:
    """All failures of the account are forgotten, in its known browsers too. False: none waited."""
    with transaction.atomic():
        require_still_administered(asker, holder, Act.LIFT_LIMITS)
        waiting = waits_of(holder)
        if not waiting:
            return False
        Limit.objects.filter(subject=account_of(holder.username_key)).delete()
        log.record(
            events.SIGN_IN_LIMIT_LIFTED,
            actor=asker.actor,
            holder_id=holder.pk,
            organisation_id=holder.home.pk,
            limits=sorted({limit.kind for limit in waiting}),
        )
        return True


def forget_old() -> None:
    now = clock.now()
    Limit.objects.filter(failed_at__lt=now - REMEMBERED).delete()
    FailedName.objects.filter(failed_at__lt=now - WINDOW).delete()


def forget_since(moment: datetime) -> None:
    """Failures with a password, of names and of addresses, since then: whoever was kept out by a
    restore, and tried all the same, has guessed at nothing."""
    kinds = [Kind.PASSWORD, Kind.ADDRESS]
    Limit.objects.filter(kind__in=kinds, failed_at__gte=moment).delete()
    FailedName.objects.filter(failed_at__gte=moment).delete()
