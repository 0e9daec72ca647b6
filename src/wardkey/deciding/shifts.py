"""Where a decision makes a value stricter, and from what to what.

shifts    those parts of the branch; what is decided below on its own is reckoned with
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ..base.beginnings import beginning
from ..organisations import tree
from ..organisations.models import Organisation, PolicyValue
from ..organisations.policy import Decisions, way_down
from ..organisations.policy_values import Chosen, Value, is_as_strict

# With more decisions below than that, all of the branch is taken for touched.
DECIDED_BELOW_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Shift:
    value: Value
    before: Chosen
    after: Chosen
    organisations: QuerySet[Organisation]


def shifts(value: Value, row: PolicyValue) -> list[Shift]:
    """`row` is the decision, saved or not, about the value or its delegation."""
    others = _decisions_near(value, row)
    paths = _paths(row, others)
    before, after = Decisions(others), Decisions([*others, row])
    parts: dict[tuple[Chosen, Chosen], Q] = defaultdict(Q)
    for path in paths:
        ids = [int(id) for id in path.split(".") if id]
        was, becomes = (
            way_down(value, ids, each, row.starts_at)[-1].chosen for each in (before, after)
        )
        if not is_as_strict(value, was, becomes):
            parts[was, becomes] |= _alone(path, paths)
    return [
        Shift(value, was, becomes, tree.branch(row.organisation).filter(where))
        for (was, becomes), where in parts.items()
    ]


def _decisions_near(value: Value, row: PolicyValue) -> list[PolicyValue]:
    """Above and below the organisation, as far as they will count on that day."""
    path, ids = row.organisation.path, row.organisation.ids_from_root
    near = Q(organisation_id__in=ids) | beginning("organisation__path", path)
    rows = PolicyValue.objects.filter(
        near, name__in=[value.name, value.delegation], starts_at__lte=row.starts_at
    )
    return list(rows.exclude(pk=row.pk).select_related("organisation"))


def _paths(row: PolicyValue, others: Iterable[PolicyValue]) -> set[str]:
    """The organisation's, and those below it that decided something themselves."""
    own = row.organisation.path
    below = {each.organisation.path for each in others if each.organisation.path.startswith(own)}
    return {own} | (below if len(below) <= DECIDED_BELOW_AT_MOST else set())


def _alone(path: str, paths: Iterable[str]) -> Q:
    """The branch without the parts that have a path of their own."""
    where = beginning("path", path)
    for inner in paths:
        if inner != path and inner.startswith(path):
            where &= ~beginning("path", inner)
    return where
