"""Models that went bad while keys of them are in use.

renew            with each BLOB: which models are under review, since when
under_review     those models, by id

New registrations are refused at once (policy.py); keys in use get time to be replaced, so that
nobody is locked out overnight.
"""

import uuid
from datetime import timedelta

from ..base import clock
from .models import KeyModel, ModelUnderReview
from .statuses import BAD, weak_up_to

GRACE = timedelta(days=90)


def renew() -> None:
    """In the transaction that takes in a BLOB. A review that goes on keeps its beginning."""
    bad = _bad_models()
    ModelUnderReview.objects.exclude(pk__in=bad).delete()
    known = {review.pk: review.began_at for review in ModelUnderReview.objects.all()}
    for model, statuses in bad.values():
        ModelUnderReview.objects.update_or_create(
            pk=model.pk,
            defaults={
                "name": model.name,
                "statuses": statuses,
                "began_at": known.get(model.pk, clock.now()),
                "firmware_up_to": weak_up_to(model.statuses),
            },
        )


def _bad_models() -> dict[uuid.UUID, tuple[KeyModel, list[str]]]:
    found = {}
    for model in KeyModel.objects.only("name", "statuses"):
        statuses = sorted({report["status"] for report in model.statuses} & BAD)
        if statuses:
            found[model.pk] = (model, statuses)
    return found


def under_review() -> dict[uuid.UUID, ModelUnderReview]:
    return {review.pk: review for review in ModelUnderReview.objects.all()}
