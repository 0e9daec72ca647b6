"""An organisation's policy is changed: seen first, then saved; withdrawn while it is to come.

    propose     what somebody asks for, and whom it would touch; nothing changes
    decide      the same judged again, kept, recorded, and those whom it locks out are told
    withdraw    a decision that does not count yet

A name is a value's or its delegation's (organisations/policy_values.py).
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..keymodels.catalogue import require_choosable
from ..organisations import policy_values
from ..organisations.models import Organisation, PolicyValue
from ..organisations.policy import Decisions, Standing, way_down
from ..organisations.policy_values import NO, VALUES, YES, Value
from ..people.access import Asker
from ..people.administrators import Act
from ..people.reach import require_organisation_still_administered
from .models import Announcement
from .reach import Reach, reach_of

# Who has no key gets this long to be given one.
GRACE = timedelta(days=14)
AT_MOST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`row` is not saved. `standing` is how the value will stand on that day without it."""

    value: Value
    row: PolicyValue
    standing: Standing
    reach: Reach

    @property
    def is_delegation(self) -> bool:
        return self.row.name == self.value.delegation

    @property
    def listed(self) -> frozenset[uuid.UUID]:
        """Ids of key models; empty where it is no list."""
        if self.is_delegation:
            return frozenset()
        return policy_values.read(self.value, self.row.value).models


def value_named(name: str) -> Value:
    """Of a value's name, or of its delegation's. Raises NotFound."""
    for value in VALUES.values():
        if name in {value.name, value.delegation}:
            return value
    raise NotFound


def propose(*, organisation: Organisation, name: str, chosen: str, day: date) -> Proposal:
    """From the beginning of that day on, as the organisation's clocks go.

    Raises InvalidInput: policy_choice, policy_looser, policy_past, policy_far; policy_too_soon
    where people would be locked out, with their number and the first day that would do.
    """
    value = value_named(name)
    starts_at = _beginning(day, organisation)
    row = PolicyValue(organisation=organisation, name=name, value=chosen, starts_at=starts_at)
    standing = standing_on(value, organisation, starts_at)
    row.value = _allowed(value, row, standing)
    proposal = Proposal(value=value, row=row, standing=standing, reach=reach_of(value, row))
    _require_grace(proposal, day)
    return proposal


def standing_on(value: Value, organisation: Organisation, moment: datetime) -> Standing:
    ids = organisation.ids_from_root
    names = [value.name, value.delegation]
    rows = PolicyValue.objects.filter(organisation_id__in=ids, name__in=names)
    return way_down(value, ids, Decisions(rows), moment)[-1]


def decide(
    *, asker: Asker, organisation: Organisation, name: str, chosen: str, day: date, seen: int
) -> PolicyValue:
    """`seen` is what `newest_decision` was on the page. Raises Conflict: policy_changed where
    somebody decided meanwhile, policy_same_day where something begins at that moment already;
    NotFound as `value_named`."""
    value_named(name)
    with transaction.atomic():
        _lock(organisation)
        require_organisation_still_administered(asker, organisation, Act.DECIDE_POLICY)
        if newest_decision(organisation, name) != seen:
            raise Conflict("policy_changed")
        proposal = propose(organisation=organisation, name=name, chosen=chosen, day=day)
        row = _kept(proposal.row, asker)
        _record(proposal, asker)
        if proposal.reach.locks_out:
            Announcement.objects.create(decision=row)
    return row


def newest_decision(organisation: Organisation, name: str) -> int:
    """The id of the decision that was kept last, 0 where there is none."""
    rows = PolicyValue.objects.filter(organisation=organisation, name=name)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def withdraw(
    *, asker: Asker, organisation: Organisation, name: str, decision_id: int
) -> PolicyValue:
    """Raises NotFound; Conflict, policy_counts, where it is too late."""
    value_named(name)
    with transaction.atomic():
        _lock(organisation)
        require_organisation_still_administered(asker, organisation, Act.DECIDE_POLICY)
        row = PolicyValue.objects.filter(
            pk=decision_id, organisation=organisation, name=name
        ).first()
        if row is None:
            raise NotFound
        if row.starts_at <= clock.now():
            raise Conflict("policy_counts")
        row.delete()
        log.record(
            events.POLICY_WITHDRAWN,
            actor=asker.actor,
            organisation_id=organisation.pk,
            name=row.name,
            value=row.value,
            starts_at=_as_clocks_go(row.starts_at, organisation),
        )
    return row


def _lock(organisation: Organisation) -> None:
    """Two who decide for one organisation come one after the other."""
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation.pk)


def _beginning(day: date, organisation: Organisation) -> datetime:
    """Today begins now: what was is not changed."""
    today = clock.today(organisation.time_zone)
    if day < today:
        raise InvalidInput("policy_past", field="day")
    if day > today + AT_MOST_AHEAD:
        raise InvalidInput("policy_far", field="day")
    return max(clock.start_of(day, organisation.time_zone), clock.now())


def _as_clocks_go(moment: datetime, organisation: Organisation) -> str:
    """ISO 8601 with the organisation's offset, so that a reader sees the day that was meant."""
    return moment.astimezone(ZoneInfo(organisation.time_zone)).isoformat()


def _allowed(value: Value, row: PolicyValue, standing: Standing) -> str:
    """The choice in its one form."""
    if row.name == value.delegation:
        if row.value not in {YES, NO}:
            raise InvalidInput("policy_choice", field="value")
        return row.value
    try:
        chosen = policy_values.read(value, row.value)
    except ValueError as error:
        raise InvalidInput("policy_choice", field="value") from error
    if not policy_values.is_as_strict(value, chosen, standing.bound):
        raise InvalidInput("policy_looser", field="value")
    # A model that is listed already may have gone bad since: registrations are refused for that.
    require_choosable(chosen.models - standing.chosen.models)
    return str(chosen)


def _require_grace(proposal: Proposal, day: date) -> None:
    first_day = clock.today(proposal.row.organisation.time_zone) + GRACE
    if proposal.reach.locks_out and day < first_day:
        raise InvalidInput(
            "policy_too_soon",
            field="day",
            first_day=first_day.isoformat(),
            count=str(proposal.reach.count),
        )


def _kept(row: PolicyValue, asker: Asker) -> PolicyValue:
    row.decided_at, row.decided_by_id = clock.now(), asker.person.pk
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("policy_same_day") from error
    return row


def _record(proposal: Proposal, asker: Asker) -> None:
    row, standing = proposal.row, proposal.standing
    delegated = YES if standing.is_delegated else NO
    log.record(
        events.POLICY_DECIDED,
        actor=asker.actor,
        organisation_id=row.organisation_id,
        name=row.name,
        old={"value": delegated if proposal.is_delegation else str(standing.chosen)},
        new={"value": row.value},
        starts_at=_as_clocks_go(row.starts_at, row.organisation),
        touched=proposal.reach.count,
    )
