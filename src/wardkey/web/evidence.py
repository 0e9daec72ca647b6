"""Evidence: a pack for a date, made for an assessor.

An organisation below the one in view is asked for by its code: `?of=WARD7`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ..base import clock
from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..people.administrators import Act
from ..reports.evidence import pack as packed
from .dates import date_of
from .downloads import sent_as_file
from .gate import administrator_page
from .policy import form_shown, organisation_asked
from .words import words


@administrator_page(Act.READ_TRAIL)
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    return _form(request)


@administrator_page(Act.READ_TRAIL)
@require_POST
def pack(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes one away is in the trail."""
    form = form_of(request, "day-day", "day-month", "day-year")
    organisation = organisation_asked(request, Act.READ_TRAIL)
    try:
        made = packed.made(request.asker, organisation, date_of(form, "day"))
    except InvalidInput as mistake:
        return _form(request, mistake)
    return sent_as_file(made.blocks, made.name, content_type="application/zip")


def _form(request: HttpRequest, mistake: InvalidInput | None = None) -> HttpResponse:
    organisation = organisation_asked(request, Act.READ_TRAIL)
    suggested = packed.last_day_of_a_month(clock.today(organisation.time_zone))
    context = {
        "organisation": organisation,
        "form": form_shown(request, "day", suggested),
        "mistake": words(mistake) if mistake else "",
    }
    return render(request, "admin/evidence.jinja", context, status=400 if mistake else 200)
