"""Roles are looked at once a quarter: does each stay, and who says so (docs/adr/0045).

    review             some roles are looked at; those to go end one by one (people/roles.py)
    page_of_roles      what is to be looked at, or all, in reach of the asker; how many are due
    without_reviewer   the asker's own roles that nobody else can look at
    reviews_until      each role of a day with its last review until then, for the evidence

A role is due 90 days after it was given or last looked at, and shown 14 days before. Nobody looks
at their own, nor at one that they could not take away.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ..audit import events, log
from ..base import clock
from ..base.errors import Forbidden, InvalidInput, NotFound
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker, use_up_proof
from ..people.administrators import Act, current, grants_for, in_force, reaches
from ..people.appointments import GIVES, may_dismiss
from ..people.grants import locked_grants_of
from ..people.models import RoleGrant
from .models import RoleReview

Verdict = RoleReview.Verdict

QUARTER = timedelta(days=90)
AHEAD = timedelta(days=14)
PAGE = 50
ROWS_AT_A_TIME = 500


class Which(StrEnum):
    DUE = "due"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedRole:
    """`last` is the last review, with `reviewer`: None where nobody ever looked at the role."""

    grant: RoleGrant
    last: RoleReview | None

    @property
    def due_at(self) -> datetime:
        return (self.last.at if self.last else self.grant.starts_at) + QUARTER

    @property
    def is_to_go(self) -> bool:
        return self.last is not None and self.last.verdict == Verdict.REMOVE

    def is_overdue(self, moment: datetime) -> bool:
        return self.due_at <= moment


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`gone` are those that ended meanwhile: nothing was said of them."""

    kept: list[RoleGrant]
    to_go: list[RoleGrant]
    gone: list[RoleGrant]


def review(*, asker: Asker, verdicts: Mapping[int, Verdict]) -> Reviewed:
    """By the ids of roles; two who review the same are both kept. Raises InvalidInput
    (nothing_reviewed), NotFound, Forbidden (role, rank, own_role)."""
    if not verdicts:
        raise InvalidInput("nothing_reviewed")
    done = Reviewed([], [], [])
    with transaction.atomic():
        mine = _still_reviewing(asker)
        for grant in _named(verdicts, mine):
            _require_reviewed_by(grant, asker, mine)
            if grant.ends_at is not None and grant.ends_at <= clock.now():
                done.gone.append(grant)
                continue
            verdict = verdicts[grant.pk]
            _keep(grant, verdict, asker)
            (done.kept if verdict is Verdict.KEEP else done.to_go).append(grant)
    return done


def _still_reviewing(asker: Asker) -> list[RoleGrant]:
    """None of them goes until the transaction ends."""
    mine = grants_for(locked_grants_of(asker.person.pk), Act.REVIEW_ROLES, asker.organisation)
    if not mine or asker.organisation is None:
        raise Forbidden("role")
    use_up_proof(asker, Act.REVIEW_ROLES, asker.organisation)
    return mine


def _named(ids: Mapping[int, Verdict], mine: Sequence[RoleGrant]) -> list[RoleGrant]:
    """Also those that ended. They are not locked: two who review each other would wait for one
    another, and who is dismissed in that very moment may be kept in vain."""
    named = RoleGrant.objects.filter(pk__in=list(ids)).select_related("organisation", "person")
    grants = [
        each for each in named.order_by("pk") if any(reaches(m, each.organisation) for m in mine)
    ]
    if len(grants) < len(ids):
        raise NotFound
    return grants


def _require_reviewed_by(grant: RoleGrant, asker: Asker, mine: Sequence[RoleGrant]) -> None:
    if grant.person_id == asker.person.pk:
        raise Forbidden("own_role")
    if not may_dismiss(mine, grant):
        raise Forbidden("rank")


def _keep(grant: RoleGrant, verdict: Verdict, asker: Asker) -> None:
    RoleReview.objects.create(
        grant=grant, reviewer=asker.person, at=clock.now(), verdict=str(verdict)
    )
    log.record(
        events.ROLE_REVIEWED,
        actor=asker.actor,
        holder_id=grant.person_id,
        organisation_id=grant.organisation_id,
        role=str(grant.role),
        verdict=str(verdict),
    )


# -- read for the page


def page_of_roles(
    asker: Asker, which: Which, *, after: int
) -> tuple[list[ReviewedRole], int | None, int]:
    """With four queries, the oldest first; the second is the id after which the next page begins,
    the third how many are due."""
    grants, ids = _in_reach(asker)
    some = grants.filter(pk__gt=after)
    if which is Which.DUE:
        first = bisect(ids, after)
        some = some.filter(pk__in=ids[first : first + PAGE + 1])
    found = list(_with_last(some, RoleReview.objects.all()).order_by("pk")[: PAGE + 1])
    following = found[PAGE - 1].pk if len(found) > PAGE else None
    return _reviewed(found[:PAGE]), following, len(ids)


def may_review(asker: Asker, role: ReviewedRole) -> bool:
    if role.grant.person_id == asker.person.pk:
        return False
    return may_dismiss(grants_for(asker.grants, Act.REVIEW_ROLES, asker.organisation), role.grant)


def without_reviewer(asker: Asker, shown: Iterable[ReviewedRole]) -> list[RoleGrant]:
    own = [each.grant for each in shown if each.grant.person_id == asker.person.pk]
    if not own:
        return []
    places = {pk for grant in own for pk in grant.organisation.ids_from_root}
    there = in_force(RoleGrant.objects.filter(organisation_id__in=places, role__in=list(GIVES)))
    others = list(there.exclude(person=asker.person).select_related("organisation"))
    return [grant for grant in own if not may_dismiss(others, grant)]


def _in_reach(asker: Asker) -> tuple[QuerySet[RoleGrant], list[int]]:
    """The ids are those of the roles that are due. Of few organisations their roles are gone
    through; of many all that there are, which takes a fifth of the time."""
    there, now = asker.organisations_for(Act.REVIEW_ROLES), clock.now()
    if tree.is_small(there):
        grants = current(RoleGrant.objects.filter(organisation__in=there))
        found = due(grants, now)
    else:
        on_one = Exists(there.filter(pk=OuterRef("organisation")))
        grants = current(RoleGrant.objects.filter(on_one))
        found = grants.filter(pk__in=due(RoleGrant.objects.all(), now).values("pk"))
    return grants, list(found.order_by("pk").values_list("pk", flat=True))


def due(grants: QuerySet[RoleGrant], moment: datetime) -> QuerySet[RoleGrant]:
    """Also those that somebody wanted to go, and that are still there. The two are found by
    themselves: with an OR between them a database asks both of each role."""
    since = moment - QUARTER + AHEAD
    lately = RoleReview.objects.filter(grant=OuterRef("pk"), at__gt=since)
    later = RoleReview.objects.filter(grant=OuterRef("grant"), pk__gt=OuterRef("pk"))
    to_go = RoleReview.objects.filter(verdict=Verdict.REMOVE).exclude(Exists(later))
    unseen = grants.filter(~Exists(lately), starts_at__lte=since).values("pk")
    wanted = grants.filter(pk__in=to_go.values("grant")).values("pk")
    return RoleGrant.objects.filter(pk__in=unseen.union(wanted))


def _with_last(grants: QuerySet[RoleGrant], reviews: QuerySet[RoleReview]) -> QuerySet[RoleGrant]:
    of_it = reviews.filter(grant=OuterRef("pk")).order_by("-pk")
    named = grants.select_related("organisation", "granted_by", "person__home", "asleep_by__home")
    return named.annotate(last_review=Subquery(of_it.values("pk")[:1]))


def _reviewed(grants: Sequence[RoleGrant]) -> list[ReviewedRole]:
    last = [each.last_review for each in grants]  # type: ignore[attr-defined]
    reviews = RoleReview.objects.select_related("reviewer").in_bulk([pk for pk in last if pk])
    return [
        ReviewedRole(grant=grant, last=reviews.get(pk))
        for grant, pk in zip(grants, last, strict=True)
    ]


# -- for the evidence of a day


def reviews_until(
    within: QuerySet[Organisation], starts_at: datetime, ends_at: datetime
) -> Iterator[ReviewedRole]:
    """Each role that somebody held on one of these organisations at any moment of the day from
    `starts_at` to before `ends_at`, also one that waited or slept, with the last review until the
    day's end and by whom; in the order in which roles were given.

    The grant's `organisation`, `person` with `home`, `granted_by` and `ended_by` are loaded, as
    they are today; its `ends_at` is today's too. `is_overdue(ends_at)` tells whether nobody had
    looked at it for 90 days by then, `is_to_go` that somebody had said it has to go. With two
    queries for each 500 roles.
    """
    held = Q(ends_at=None) | Q(ends_at__gt=starts_at)
    there = Exists(within.filter(pk=OuterRef("organisation")))
    grants = RoleGrant.objects.filter(held, there, starts_at__lt=ends_at)
    named = _with_last(grants, RoleReview.objects.filter(at__lt=ends_at)).select_related("ended_by")
    rows, after = named.order_by("pk"), 0
    # A statement for each, and no cursor: PostgreSQL would find all before it told the first.
    while some := list(rows.filter(pk__gt=after)[:ROWS_AT_A_TIME]):
        yield from _reviewed(some)
        after = some[-1].pk
