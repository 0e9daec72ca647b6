"""A client on a machine without a browser asks, and somebody logs in for it elsewhere (RFC 8628).

    begin              the machine: a code for itself, and one for a person to type
    request_typed      whoever types that code finds the request
    waiting            it again, while nobody answered it
    visit_of           it as authorising.py judges requests: to be agreed to, always
    allow, refuse      the person's answer, of which the first counts
    require_answered   the machine asks what was answered
    forget_old         the worker

The machine's code becomes that of a grant, which stands on the session of whoever said yes.
docs/adr/0039 says why, and what is done against codes that are sent to people to type.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import InvalidInput, NotFound
from ..organisations.models import Organisation
from ..sessions.models import Session
from .asked import Asked, Fields, read_of_machine
from .authorising import Judged, Visit, grant_made
from .models import Client, DeviceRequest
from .refusals import ClientRefused

HOLDS = timedelta(minutes=10)
KEPT = timedelta(hours=1)
# Seconds between two questions: at first, more for whoever does not keep to it, and at most. A
# second is forgiven: two answers take their time on the way.
INTERVAL, SLOWER_BY, SLOWEST, FORGIVEN = 5, 5, 60, 1
AT_ONCE = 1000
LONGEST_SECRET, LONGEST_TYPED, LONGEST_ADDRESS = 200, 40, 45
# So that it is asked each time, also where an organisation decided: a code may have been sent by
# somebody else (RFC 8628 §5.4).
ALWAYS_ASKED = frozenset({"consent"})


@dataclass(frozen=True, slots=True)
class Begun:
    """What the machine keeps, and what it shows."""

    device_code: str
    user_code: str


def begin(*, client: Client, fields: Fields, asked_from: str) -> Begun:
    """Raises ClientRefused: slow_down where a thousand of the client's wait already."""
    _require_allowed(client)
    scopes, acr_values = read_of_machine(fields)
    if _answerable().filter(client=client).count() >= AT_ONCE:
        raise ClientRefused("slow_down", "A thousand devices wait already.", cause="too_many")
    begun = Begun(codes.new_secret(), codes.new_code_to_type())
    try:
        with transaction.atomic():
            _keep(begun, client=client, scopes=scopes, acr_values=acr_values, asked_from=asked_from)
    except IntegrityError as error:
        # Another machine has that very code: one in millions, and no reason to give it twice.
        raise ClientRefused("slow_down", "Try again.", cause="same_code") from error
    return begun


def _require_allowed(client: Client) -> None:
    if not client.on_devices:
        raise ClientRefused(
            "unauthorized_client", "It may not ask from devices.", cause="not_on_devices"
        )


def _keep(begun: Begun, *, client: Client, asked_from: str, **asked: list[str]) -> None:
    DeviceRequest.objects.create(
        client=client,
        device_hash=codes.hashed(begun.device_code),
        typed_hash=_hash_of_typed(begun.user_code),
        asked_from=asked_from[:LONGEST_ADDRESS],
        asked_at=clock.now(),
        interval=INTERVAL,
        **asked,
    )
    log.record(
        events.DEVICE_ASKED,
        actor=log.NOBODY,
        organisation_id=client.organisation_id,
        client=str(client.pk),
        name=client.name,
        address=asked_from,
    )


def _hash_of_typed(code: str) -> bytes:
    return codes.keyed(codes.bare(code), about="device code")


def _live() -> QuerySet[DeviceRequest]:
    return DeviceRequest.objects.filter(decided_at=None, asked_at__gt=clock.now() - HOLDS)


def _answerable() -> QuerySet[DeviceRequest]:
    return _live().filter(client__ended_at=None, client__on_devices=True)


def request_typed(code: str) -> uuid.UUID:
    """In any case, with or without its hyphen. Raises InvalidInput: unknown, over and answered are
    told alike."""
    hashed = _hash_of_typed(code[:LONGEST_TYPED])
    found = _answerable().filter(typed_hash=hashed).values_list("pk", flat=True).first()
    if found is None:
        raise InvalidInput("user_code", field="user_code")
    return found


def waiting(request_id: uuid.UUID) -> DeviceRequest:
    """With its client. Raises NotFound (device_request)."""
    rows = _answerable().select_related("client__organisation")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("device_request")
    return found


def visit_of(
    waits: DeviceRequest, *, session: Session, in_view: Organisation | None, agreed_now: str = ""
) -> Visit:
    asked = Asked(
        redirect_uri="",
        scopes=waits.scopes,
        state="",
        nonce="",
        code_challenge="",
        prompts=ALWAYS_ASKED,
        max_age=None,
        acr_values=waits.acr_values,
    )
    return Visit(
        client=waits.client,
        asked=asked,
        asked_at=waits.asked_at,
        session=session,
        in_view=in_view,
        agreed=bool(agreed_now),
    )


def allow(waits: DeviceRequest, visit: Visit, judged: Judged) -> None:
    """Raises NotFound (device_request) where somebody else was first; NotSignedIn."""
    with transaction.atomic():
        _decide(waits)
        grant = grant_made(
            visit,
            judged,
            code_hash=bytes(waits.device_hash),
            code_ends_at=waits.asked_at + HOLDS,
        )
        DeviceRequest.objects.filter(pk=waits.pk).update(grant=grant)
        log.record(
            events.DEVICE_ALLOWED,
            actor=log.person(visit.session.person),
            holder_id=visit.session.person.pk,
            organisation_id=grant.organisation_id,
            client=str(waits.client_id),
            name=waits.client.name,
            address=waits.asked_from,
        )


def refuse(waits: DeviceRequest, session: Session) -> None:
    """Raises NotFound (device_request) where somebody else was first."""
    with transaction.atomic():
        _decide(waits)
        log.record(
            events.DEVICE_REFUSED,
            actor=log.person(session.person),
            holder_id=session.person.pk,
            organisation_id=session.person.home_id,
            client=str(waits.client_id),
            name=waits.client.name,
            address=waits.asked_from,
        )


def _decide(waits: DeviceRequest) -> None:
    """By one statement: of two people who typed the same code one answers. It asks of this table
    alone: what an UPDATE reads of another, PostgreSQL does not read again after it waited."""
    if not _live().filter(pk=waits.pk).update(decided_at=clock.now()):
        raise NotFound("device_request")


def require_answered(client: Client, device_code: str) -> None:
    """With yes, or by a second use, which the exchange is to judge. Raises ClientRefused (RFC 8628
    §3.5); of another client's code as of one that is unknown."""
    _require_allowed(client)
    hashed = codes.hashed(device_code[:LONGEST_SECRET])
    rows = DeviceRequest.objects.select_related("grant")
    found = rows.filter(client=client, device_hash=hashed).first()
    if found is None:
        raise ClientRefused("invalid_grant", "The device code is unknown.", cause="device_code")
    _require_patience(found)
    if found.grant and found.grant.code_used_at:
        return
    if found.asked_at + HOLDS <= clock.now():
        raise ClientRefused("expired_token", "Nobody answered in ten minutes.")
    if found.decided_at is None:
        raise ClientRefused("authorization_pending")
    if found.grant is None:
        raise ClientRefused("access_denied", "The person refused.", cause="person_refused")


def _require_patience(asked: DeviceRequest) -> None:
    """By one statement: of two questions at once one is too early."""
    now = clock.now()
    since = now - timedelta(seconds=asked.interval - FORGIVEN)
    this = DeviceRequest.objects.filter(pk=asked.pk)
    if this.filter(Q(polled_at=None) | Q(polled_at__lte=since)).update(polled_at=now):
        return
    this.update(polled_at=now, interval=Least(F("interval") + SLOWER_BY, SLOWEST))
    raise ClientRefused("slow_down")


def forget_old() -> int:
    old = DeviceRequest.objects.filter(asked_at__lt=clock.now() - KEPT)
    return old.delete()[0]
