"""Compatibility: what was tested, on which device and in which browser, with which outcome.

For everybody what this release brings along; for whoever is signed in also what administrators of
their organisation, or of one above it, added.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..compatibility import results
from ..people.access import Asker
from ..people.administrators import Act
from .front import show

if TYPE_CHECKING:
    from ..compatibility.models import CheckedDevice


@require_safe
def compatibility(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    organisation = (asker.organisation or asker.person.home) if asker else None
    added = results.added_in(organisation) if organisation else []
    rows = {result.row.pk: result.row for result in reversed(added) if result.row}
    may_keep = asker.may(Act.KEEP_COMPATIBILITY) if asker else False
    context = {
        "rows": results.table_of([*results.shipped(), *added]),
        "organisation": organisation,
        "added": list(rows.values()),
        "sent": _sent_to(asker) if may_keep else [],
        "may_keep": may_keep,
    }
    return show(request, "guide/compatibility.jinja", **context)


def _sent_to(asker: Asker) -> "list[CheckedDevice]":
    """Also from below, where an organisation may have no administrator of its own."""
    return results.sent_within(asker.organisations_for(Act.KEEP_COMPATIBILITY))
