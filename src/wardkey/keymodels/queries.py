"""What pages and reports ask about key models."""

import uuid

from .models import KeyModel
from .statuses import BAD


def models_with_bad_status() -> dict[uuid.UUID, tuple[str, ...]]:
    """Id to bad statuses. Keys of these models, registered before, need a review."""
    found = {}
    for id, statuses in KeyModel.objects.values_list("pk", "statuses"):
        bad = tuple(report["status"] for report in statuses if report["status"] in BAD)
        if bad:
            found[id] = bad
    return found
