"""Keys in use whose model went bad, or whose make is no longer proved: whose they are, and until
when they should be replaced."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from ..base import clock
from ..keymodels.models import ModelUnderReview
from ..keymodels.review import GRACE, under_review
from ..organisations.models import Organisation
from .in_branches import keys_in
from .models import SecurityKey, usable

AT_MOST = 200
NO_LONGER_PROVED = ["ATTESTATION_LOST"]


@dataclass(frozen=True, slots=True)
class KeyToReplace:
    key: SecurityKey
    statuses: list[str]
    replace_by: datetime
    is_overdue: bool


def in_review() -> Q:
    """For a query of keys."""
    concerned = _of_weak_models(under_review().values()) | Q(doubted_since__isnull=False)
    return usable() & concerned


def keys_to_replace(
    within: QuerySet[Organisation], after: uuid.UUID | None = None
) -> tuple[list[KeyToReplace], uuid.UUID | None]:
    """200 of the people whose home is in `within`, by the keys' ids, each with its holder. The id
    is that to go on after, None on the last page."""
    keys = keys_in(within, in_review())
    if after is not None:
        keys = keys.filter(pk__gt=after)
    found = list(keys.select_related("holder__home").order_by("pk")[: AT_MOST + 1])
    following = found[AT_MOST - 1].pk if len(found) > AT_MOST else None
    return to_replace(found[:AT_MOST]), following


def to_replace(keys: Iterable[SecurityKey]) -> list[KeyToReplace]:
    reviews = under_review()
    return [_to_replace(key, reviews) for key in keys]


def _of_weak_models(reviews: Collection[ModelUnderReview]) -> Q:
    everywhere = [review.pk for review in reviews if review.firmware_up_to is None]
    weak = Q(model_id__in=everywhere)
    for review in reviews:
        if review.firmware_up_to is not None:
            later = Q(proved__model__firmware_version__gt=review.firmware_up_to)
            weak |= Q(model_id=review.pk) & ~later
    return weak


def _to_replace(key: SecurityKey, reviews: Mapping[uuid.UUID, ModelUnderReview]) -> KeyToReplace:
    """The grace begins when the portal learned of it, or with the key, whichever is later."""
    reviewed = reviews.get(key.model_id) if key.model_id else None
    statuses = reviewed.statuses if reviewed else NO_LONGER_PROVED
    began_at = reviewed.began_at if reviewed else key.doubted_since
    replace_by = max(began_at or key.registered_at, key.registered_at) + GRACE
    return KeyToReplace(key, statuses, replace_by, clock.now() > replace_by)
