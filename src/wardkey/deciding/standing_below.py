"""How values stand for many people at once: in their organisations, and by their exceptions.

    standing_within    after two queries, however many organisations and people there are
    standing_at        after one, of few organisations

policy.py and people/policy.py answer the same of one organisation and of one person.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from ..organisations import policy_values, tree
from ..organisations.models import Organisation, PolicyValue
from ..organisations.policy import Decisions, Standing, way_down
from ..organisations.policy_values import VALUES, Chosen, Value
from ..people.models import PolicyException

Ids = tuple[int, ...]


def standing_within(
    within: QuerySet[Organisation], values: Iterable[Value], moment: datetime
) -> "StandingBelow":
    paths = dict(within.values_list("pk", "path"))
    above = {pk for path in paths.values() for pk in _ids(path)} - paths.keys()
    near = Q(organisation__in=within) | Q(organisation_id__in=above)
    return StandingBelow(paths, values, moment, near=near)


def standing_at(paths: Iterable[str], values: Iterable[Value], moment: datetime) -> "StandingBelow":
    """Of a page's worth of organisations."""
    each = {_ids(path)[-1]: path for path in paths}
    near = Q(organisation_id__in={pk for path in each.values() for pk in _ids(path)})
    return StandingBelow(each, values, moment, near=near)


class StandingBelow:
    """At `moment`, in the organisations with these ids and paths. `deciders` has the names of those
    that decided anything, by their ids."""

    def __init__(
        self, paths: dict[int, str], values: Iterable[Value], moment: datetime, *, near: Q
    ) -> None:
        self.paths, self.moment = paths, moment
        names = [name for value in values for name in (value.name, value.delegation)]
        found = PolicyValue.objects.filter(near, name__in=names, starts_at__lte=moment)
        rows = list(found.select_related("organisation"))
        self.deciders = {row.organisation_id: row.organisation.name for row in rows}
        self._decisions = Decisions(rows)
        self._known: dict[tuple, Standing] = {}

    def standing(self, value: Value, path: str) -> Standing:
        """Of its `chosen` and `source` alone: how loose an organisation might get is not told of
        those that decided nothing."""
        return self._standing(value, self._ids_to_last_decider(path))

    def where(self, value: Value, choices: Sequence[str]) -> list[int]:
        """The ids of the organisations in which it is one of these."""
        return [
            pk
            for ids, alike in self._alike.items()
            if self._standing(value, ids).chosen.choice in choices
            for pk in alike
        ]

    @cached_property
    def _alike(self) -> dict[Ids, list[int]]:
        """Those below the same last decider, in which each value stands the same."""
        alike: dict[Ids, list[int]] = defaultdict(list)
        for pk, path in self.paths.items():
            alike[self._ids_to_last_decider(path)].append(pk)
        return alike

    def _ids_to_last_decider(self, path: str) -> Ids:
        """From the root, which is the last where nobody decided."""
        ids = _ids(path)
        while len(ids) > 1 and ids[-1] not in self.deciders:
            ids.pop()
        return tuple(ids)

    def _standing(self, value: Value, ids: Ids) -> Standing:
        key = (value.name, ids)
        if key not in self._known:
            self._known[key] = way_down(value, ids, self._decisions, self.moment)[-1]
        return self._known[key]

    @property
    def is_of_few(self) -> bool:
        """As `tree.is_small` says of a branch, without asking."""
        return len(self.paths) <= tree.SMALL

    def lets_off_to(self, exception: PolicyException, home: str) -> Chosen | None:
        """What it makes of the value for somebody whose home has that path; None where it does not
        count: it was approved elsewhere, is as strict as the policy by now, or cannot be read."""
        ids, value = _ids(home), VALUES.get(exception.name)
        if value is None or exception.organisation_id not in ids:
            return None
        up_to_there = ids[: ids.index(exception.organisation_id) + 1]
        bound = way_down(value, up_to_there, self._decisions, self.moment)[-1].bound
        try:
            lets = policy_values.stricter(value, bound, policy_values.read(value, exception.value))
        except ValueError:
            return None
        chosen = self.standing(value, home).chosen
        return None if policy_values.is_as_strict(value, lets, chosen) else lets


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split(".") if part]
