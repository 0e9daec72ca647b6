"""Whom a stricter value touches.

    reach_of          counted before it is saved, among the first ten thousand people at most
    locked_out_among  who could not sign in any more, among some people
    keys_in_use_by_model

Key models, certification, synced passkeys and the number of keys bind new registrations: keys in
use go on, and are counted so that somebody sees to their successors. What keeps people out is a
second factor that is newly asked for, of those who have no key, and another factor switched off, of
those who log in with it for want of one.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..keymodels.attestation import Proved
from ..keymodels.models import KeyModel
from ..keymodels.policy import ModelPolicy, lets_in
from ..keys.models import USABLE, SecurityKey, State
from ..organisations import policy_values, tree
from ..organisations.models import Organisation, PolicyValue
from ..organisations.policy_values import Chosen, Value
from ..people.administrators import current
from ..people.models import Person, PolicyException, RoleGrant, Status
from ..recovery.codes import unused_codes
from ..recovery.totp import apps_in_use
from .shifts import Shift, shifts

LOOKED_AT = 10_000
NAMED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """`count` people or keys `of` so many; `people` are those people, or the keys' holders."""

    count: int
    of: int
    people: QuerySet[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`is_stricter` anywhere; `is_cut_off` where more people are concerned than were looked at.
    `named` are the first 200 of the people, with `home`."""

    is_stricter: bool = False
    count: int = 0
    of: int = 0
    is_cut_off: bool = False
    locks_out: bool = False
    named: list[Person] = field(default_factory=list)


def reach_of(value: Value, row: PolicyValue) -> Reach:
    """`row` is the decision, saved or not, about the value or its delegation."""
    found = [(each, _people_in(each)[: LOOKED_AT + 1]) for each in shifts(value, row)]
    if not found:
        return Reach()
    touched = [TOUCHED[value.name](shift, people) for shift, people in found]
    is_cut_off = any(people.count() > LOOKED_AT for _shift, people in found)
    count = sum(each.count for each in touched)
    return Reach(
        is_stricter=True,
        count=count,
        of=sum(each.of for each in touched),
        is_cut_off=is_cut_off,
        locks_out=value.name in LOCKING_OUT and bool(count or is_cut_off),
        named=_named([each.people for each in touched]) if count else [],
    )


def _people_in(shift: Shift) -> QuerySet[Person]:
    return Person.objects.filter(home__in=shift.organisations, status=Status.ACTIVE)


def _named(groups: list[QuerySet[Person]]) -> list[Person]:
    people = [person for group in groups for person in _first_by_name(group)]
    return sorted(people, key=lambda person: person.name)[:NAMED]


def _first_by_name(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.select_related("home").order_by("name", "pk")[:NAMED]


# -- the second factor


def locked_out_among(shift: Shift, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` who need a key from then on, and have none."""
    usable = SecurityKey.objects.filter(holder=OuterRef("pk"), state__in=USABLE)
    let_off = PolicyException.objects.filter(person=OuterRef("pk"), name=shift.value.name)
    return (
        LOCKING_OUT[shift.value.name](shift, people)
        .exclude(Exists(usable))
        .exclude(Exists(current(let_off)))
    )


def _newly_asked(shift: Shift, people: QuerySet[Person]) -> QuerySet[Person]:
    among = Person.objects.filter(pk__in=people.values("pk"))
    is_administrator = Exists(current(RoleGrant.objects.filter(person=OuterRef("pk"))))
    if shift.after.choice == "administrators":
        return among.filter(is_administrator)
    return among if shift.before.choice == "optional" else among.exclude(is_administrator)


def _with_app(_shift: Shift, people: QuerySet[Person]) -> QuerySet[Person]:
    return _with_any_of(apps_in_use(), people)


def _with_recovery_codes(_shift: Shift, people: QuerySet[Person]) -> QuerySet[Person]:
    return _with_any_of(unused_codes(), people)


def _with_any_of(factors: QuerySet, people: QuerySet[Person]) -> QuerySet[Person]:
    theirs = factors.filter(person__in=people.values("pk"))
    return Person.objects.filter(pk__in=theirs.values("person"))


LOCKING_OUT: dict[str, Callable[[Shift, QuerySet[Person]], QuerySet[Person]]] = {
    "second_factor": _newly_asked,
    "authenticator_app": _with_app,
    "recovery_codes": _with_recovery_codes,
}


def _without_key(shift: Shift, people: QuerySet[Person]) -> Touched:
    locked_out = locked_out_among(shift, people)
    asked = LOCKING_OUT[shift.value.name](shift, people)
    return Touched(count=locked_out.count(), of=asked.count(), people=locked_out)


# -- which keys


def _with_keys_not_let_in(shift: Shift, people: QuerySet[Person]) -> Touched:
    """Keys in use of people, by model: those that could be registered before, and not after."""
    keys = SecurityKey.objects.filter(holder__in=people.values("pk"), state__in=USABLE)
    kinds = list(keys.values_list("model_id", "backup_eligible").annotate(Count("pk")).order_by())
    certified = _certifications({model_id for model_id, *_rest in kinds})
    before, after = (
        _model_policy(shift.value, shift.before),
        _model_policy(shift.value, shift.after),
    )
    lost, count = Q(pk=None), 0
    for model_id, backup_eligible, number in kinds:
        proved = Proved(
            attested=model_id is not None,
            reason="model_unknown",
            model_id=model_id,
            backup_eligible=backup_eligible,
            certification=certified.get(model_id, 0),
        )
        if lets_in(before, proved) and not lets_in(after, proved):
            lost |= Q(model_id=model_id, backup_eligible=backup_eligible)
            count += number
    holders = Person.objects.filter(pk__in=keys.filter(lost).values("holder"))
    return Touched(count=count, of=sum(number for *_rest, number in kinds), people=holders)


def keys_in_use_by_model(organisation: Organisation) -> dict[uuid.UUID, int]:
    """Of the first ten thousand people of the branch; unattested keys left out."""
    people = Person.objects.filter(home__in=tree.branch(organisation), status=Status.ACTIVE)
    keys = SecurityKey.objects.filter(
        holder__in=people.values("pk")[:LOOKED_AT], state__in=USABLE, model_id__isnull=False
    )
    return dict(keys.values_list("model_id").annotate(Count("pk")).order_by())


def _certifications(model_ids: set) -> dict:
    return dict(KeyModel.objects.filter(pk__in=model_ids).values_list("pk", "certification"))


def _model_policy(value: Value, chosen: Chosen) -> ModelPolicy:
    """Of this one value; the others let everything in."""
    alone = ModelPolicy(synced_passkeys="allowed")
    if value == policy_values.MODELS:
        return replace(alone, models=chosen.choice, listed=chosen.models)
    if value == policy_values.MINIMUM_CERTIFICATION:
        return replace(alone, minimum_certification=int(chosen.choice))
    return replace(alone, synced_passkeys=chosen.choice)


# -- how many keys, and when they are handed over


def _with_more_keys(shift: Shift, people: QuerySet[Person]) -> Touched:
    keys = SecurityKey.objects.filter(holder__in=people.values("pk")).exclude(state=State.REMOVED)
    holders = keys.values("holder").annotate(having=Count("pk")).order_by()
    with_more = holders.filter(having__gt=int(shift.after.choice)).values("holder")
    return Touched(
        count=with_more.count(),
        of=holders.count(),
        people=Person.objects.filter(pk__in=with_more),
    )


def _with_waiting_keys(shift: Shift, people: QuerySet[Person]) -> Touched:
    keys = SecurityKey.objects.filter(holder__in=people.values("pk"), state__in=USABLE)
    waiting = keys.filter(state=State.WAITING)
    return Touched(
        count=waiting.count(),
        of=keys.count(),
        people=Person.objects.filter(pk__in=waiting.values("holder")),
    )


def _nobody_yet(_shift: Shift, _people: QuerySet[Person]) -> Touched:
    return Touched(count=0, of=0, people=Person.objects.none())


TOUCHED: dict[str, Callable[[Shift, QuerySet[Person]], Touched]] = {
    "second_factor": _without_key,
    "authenticator_app": _without_key,
    "recovery_codes": _without_key,
    "day_pass": _nobody_yet,
    "other_factors_beside_key": _nobody_yet,
    "models": _with_keys_not_let_in,
    "minimum_certification": _with_keys_not_let_in,
    "synced_passkeys": _with_keys_not_let_in,
    "keys_a_person": _with_more_keys,
    "handover": _with_waiting_keys,
    "suspend_on_count_fall": _nobody_yet,
    "administrators_keys": _nobody_yet,
}
