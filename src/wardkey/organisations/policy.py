"""What an organisation asks of its people.

    policy_of      what holds now, with one query at any depth of the tree
    Decisions      what was decided, where, from when on
    way_down       a value in each organisation from the root down: what holds, how loose it may get

Each value has a default and a floor (policy_values.py). An organisation without a decision of its
own has what holds above it, and with one nothing looser than that: a decision above that became
stricter later counts at once. Only where the organisation above has delegated the value may the
one below go as far as the one above could have gone itself.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial, reduce
from itertools import accumulate
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ..base import clock
from ..base.prepared import Prepared
from . import policy_values
from .models import Organisation, PolicyValue
from .policy_values import VALUES, YES, Chosen, Value

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The choices of policy_values.VALUES. `listed_models` are ids of key models, and count where
    `models` is listed. `minimum_certification` is a keymodels Certification."""

    second_factor: str
    handover: str
    keys_a_person: int
    models: str
    listed_models: frozenset[uuid.UUID] = field(default_factory=frozenset)
    minimum_certification: int
    synced_passkeys: str
    suspend_on_count_fall: str
    administrators_keys: str
    authenticator_app: str
    recovery_codes: str
    day_pass: str
    other_factors_beside_key: str

    def asks_for_second_factor(self, *, is_administrator: bool) -> bool:
        if self.second_factor == "everyone":
            return True
        return is_administrator and self.second_factor != "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`bound` is the loosest that the organisation can decide, `inherited` what it has without a
    decision of its own. `source` is the id of the
    organisation whose decision counts; None for the default, or for the floor.
    `own` is the organisation's own decision, whether it counts or not."""

    value: Value
    chosen: Chosen
    bound: Chosen
    inherited: Chosen
    source: int | None
    own: PolicyValue | None
    is_delegated: bool


class Decisions:
    """Rows of any organisations and names, asked by organisation, name and moment."""

    def __init__(self, rows: Iterable[PolicyValue]) -> None:
        self._rows: dict[tuple[int, str], list[PolicyValue]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.starts_at):
            self._rows[row.organisation_id, row.name].append(row)

    def at(self, moment: datetime, *, organisation_id: int, name: str) -> PolicyValue | None:
        rows = self._rows.get((organisation_id, name), [])
        return next((row for row in reversed(rows) if row.starts_at <= moment), None)

    def after(self, moment: datetime, *, organisation_id: int, name: str) -> list[PolicyValue]:
        rows = self._rows.get((organisation_id, name), [])
        return [row for row in rows if row.starts_at > moment]


def policy_of(organisation: Organisation) -> Policy:
    return policy_from(chosen_in(organisation, decisions_for(organisation)))


def decisions_for(organisation: Organisation) -> Decisions:
    """Those of the organisation and of all above it, as far as they count today."""
    ids = organisation.ids_from_root
    return Decisions(questions_about(len(ids))(clock.now(), *ids))


@cache
def questions_about(how_many: int) -> Prepared:
    """Asked at each request, of as many as a branch is deep."""

    def chosen(rows: QuerySet, now: RawSQL, *ids: RawSQL) -> QuerySet:
        any_of_them = reduce(or_, (Q(organisation=each) for each in ids))
        return rows.filter(any_of_them, starts_at__lte=now)

    by = ["starts_at", *["organisation"] * how_many]
    return Prepared(PolicyValue.objects.all(), *by, chosen=chosen)


def chosen_in(organisation: Organisation, decisions: Decisions) -> dict[str, Chosen]:
    """What holds now, by the value's name."""
    ids, moment = organisation.ids_from_root, clock.now()
    return {
        name: way_down(value, ids, decisions, moment)[-1].chosen for name, value in VALUES.items()
    }


def policy_from(chosen: dict[str, Chosen]) -> Policy:
    return Policy(
        second_factor=chosen["second_factor"].choice,
        handover=chosen["handover"].choice,
        keys_a_person=int(chosen["keys_a_person"].choice),
        models=chosen["models"].choice,
        listed_models=chosen["models"].models,
        minimum_certification=int(chosen["minimum_certification"].choice),
        synced_passkeys=chosen["synced_passkeys"].choice,
        suspend_on_count_fall=chosen["suspend_on_count_fall"].choice,
        administrators_keys=chosen["administrators_keys"].choice,
        authenticator_app=chosen["authenticator_app"].choice,
        recovery_codes=chosen["recovery_codes"].choice,
        day_pass=chosen["day_pass"].choice,
        other_factors_beside_key=chosen["other_factors_beside_key"].choice,
    )


def way_down(
    value: Value, ids_from_root: Sequence[int], decisions: Decisions, moment: datetime
) -> list[Standing]:
    """The value in each of the organisations at that moment, the root's first."""
    before_the_root = Standing(
        value=value,
        chosen=Chosen(value.default),
        bound=value.lowest,
        inherited=Chosen(value.default),
        source=None,
        own=None,
        is_delegated=True,
    )
    steps = accumulate(
        ids_from_root, partial(_one_step_down, decisions, moment), initial=before_the_root
    )
    return list(steps)[1:]


def _one_step_down(
    decisions: Decisions, moment: datetime, above: Standing, organisation_id: int
) -> Standing:
    value = above.value
    own = decisions.at(moment, organisation_id=organisation_id, name=value.name)
    delegation = decisions.at(moment, organisation_id=organisation_id, name=value.delegation)
    bound = above.bound if above.is_delegated else above.chosen
    chosen, source = above.chosen, above.source
    if own is not None:
        chosen = policy_values.stricter(value, bound, chosen_by(value, own))
        source = own.organisation_id if chosen == chosen_by(value, own) else above.source
    return Standing(
        value=value,
        chosen=chosen,
        bound=bound,
        inherited=above.chosen,
        source=source,
        own=own,
        is_delegated=delegation is not None and delegation.value == YES,
    )


def chosen_by(value: Value, row: PolicyValue) -> Chosen:
    """A decision that cannot be read counts as the strictest."""
    try:
        return policy_values.read(value, row.value)
    except ValueError:
        logger.error(
            "security.exception: policy %s of organisation %s", row.name, row.organisation_id
        )
        return value.strictest
