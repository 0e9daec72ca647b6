"""Keys in use whose model went bad: whose they are, and until when they should be replaced."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ..base import clock
from ..keymodels.models import ModelUnderReview
from ..keymodels.review import GRACE, under_review
from ..organisations.models import Organisation
from .models import USABLE, SecurityKey

AT_MOST = 200


@dataclass(frozen=True, slots=True)
class KeyToReplace:
    key: SecurityKey
    statuses: list[str]
    replace_by: datetime
    is_overdue: bool


def keys_to_replace(within: QuerySet[Organisation]) -> list[KeyToReplace]:
    """The first 200 of the people whose home is in `within`, by name, each with its holder."""
    reviews = under_review()
    keys = SecurityKey.objects.filter(
        model_id__in=list(reviews), state__in=USABLE, holder__home__in=within
    ).select_related("holder__home")
    shown = keys.order_by("holder__name")[:AT_MOST]
    return [_to_replace(key, reviews[key.model_id]) for key in shown if key.model_id]


def _to_replace(key: SecurityKey, reviewed: ModelUnderReview) -> KeyToReplace:
    """The grace begins when the portal learned of it, or with the key, whichever is later."""
    replace_by = max(reviewed.began_at, key.registered_at) + GRACE
    return KeyToReplace(key, reviewed.statuses, replace_by, clock.now() > replace_by)
