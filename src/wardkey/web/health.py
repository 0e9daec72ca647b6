"""What load balancers ask: is the process alive, and can it serve?"""

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..base import clock, database_file
from ..base.clocks import APART_AT_MOST
from .gate import needs_no_session

logger = logging.getLogger(__name__)


@needs_no_session
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@needs_no_session
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    if not database_file.is_in_place():
        return HttpResponse("the database was moved\n", "text/plain", status=503)
    try:
        apart = _clocks_apart()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", "text/plain", status=503)
    if apart > APART_AT_MOST:
        logger.error("clock.skew: %d seconds from the database's clock", apart.total_seconds())
        return HttpResponse("the clock is wrong\n", "text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def _clocks_apart() -> timedelta:
    """Fails also where the database was never migrated."""
    applied = MigrationRecorder.Migration.objects.annotate(there=Now())
    return abs(clock.now() - applied.values_list("there", flat=True)[:1].get())
