"""Stock: an organisation's FIDO2 tokens by their serial numbers, counted and listed.

An organisation below the one in view is asked for by its code: `?of=WARD7`. One at a time, so that
no page costs more the more organisations there are.
"""

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..base.text import has_forbidden_characters
from ..inventory import boxes, exporting, queries
from ..inventory.finding import found_by_serial_number
from ..people.administrators import Act
from .bodies import uuid_of
from .downloads import sent_as_table
from .gate import administrator_page
from .notices import say_success
from .policy import organisation_asked
from .stock_words import STATES, TAGS

CHOICES = ("state", "model", "site", "box")


@administrator_page(Act.SEE_STOCK)
@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    organisation = organisation_asked(request, Act.SEE_STOCK)
    within = request.asker.organisations_for(Act.SEE_STOCK)
    number = request.GET.get("number", "").strip()[:60]
    found = found_by_serial_number(number, within) if number else []
    units = [each.unit for each in found if each.unit]
    if len(units) == 1:
        return redirect("unit", units[0].pk)
    counted = queries.counts_of(organisation)
    rows = queries.seen_by(queries.stock_of(organisation, _narrowed(request)), within)
    listed = queries.page_of_stock(rows, _after(request))
    context = {
        "organisation": organisation,
        "number": number,
        "units": units,
        "registered": [each for each in found if not each.unit],
        "counted": counted,
        "listed": listed[: queries.PAGE],
        "next": _next(request, listed),
        "chosen": {name: request.GET.get(name, "") for name in CHOICES},
        "models": sorted({each.model for each in counted}),
        "sites": sorted({each.site for each in counted if each.site}),
        "states": STATES,
        "tags": TAGS,
        "may_keep": request.asker.may(Act.KEEP_STOCK),
    }
    return render(request, "stock/list.jinja", context)


def _narrowed(request: HttpRequest) -> queries.Narrowed:
    """What nobody offered is as good as nothing chosen."""
    asked = request.POST if request.method == "POST" else request.GET
    state, box = asked.get("state", ""), asked.get("box", "")
    return queries.Narrowed(
        state=state if queries.is_state(state) else "",
        model=asked.get("model", "")[:100],
        site=asked.get("site", "")[:80],
        box=uuid_of(asked, "box") if box else None,
    )


def _after(request: HttpRequest) -> queries.Place | None:
    """Raises InvalidInput where it is none that a page gave."""
    serial_key, _space, unit_id = request.GET.get("after", "").rpartition(" ")
    if not serial_key and not unit_id:
        return None
    if has_forbidden_characters(serial_key):
        raise InvalidInput("malformed", field="after")
    try:
        return queries.Place(serial_key[:40], uuid.UUID(unit_id))
    except ValueError as error:
        raise InvalidInput("malformed", field="after") from error


def _next(request: HttpRequest, listed: list) -> str:
    """The address of the page after; empty on the last."""
    if len(listed) <= queries.PAGE:
        return ""
    last = listed[queries.PAGE - 1]
    asked = {name: text for name, text in request.GET.items() if name in {"of", *CHOICES} and text}
    return "?" + urlencode({**asked, "after": f"{last.serial_key} {last.pk}"})


@administrator_page(Act.SEE_STOCK)
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """By model and site, as a picture and in figures; and what was received lately."""
    organisation = organisation_asked(request, Act.SEE_STOCK)
    context = {
        "organisation": organisation,
        "counted": queries.counts_of(organisation),
        "boxes": queries.boxes_of(organisation),
        "states": STATES,
        "may_keep": request.asker.may(Act.KEEP_STOCK),
    }
    return render(request, "stock/counts.jinja", context)


@administrator_page(Act.KEEP_STOCK)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    form_of(request, *CHOICES)
    organisation = organisation_asked(request, Act.KEEP_STOCK)
    lines = exporting.export(asker=request.asker, organisation=organisation, by=_narrowed(request))
    return sent_as_table(lines, f"stock-{organisation.code}.csv")


@administrator_page(Act.KEEP_STOCK)
@require_POST
def hand_on_box(request: HttpRequest, *, box_id: uuid.UUID) -> HttpResponse:
    owner = organisation_asked(request, Act.KEEP_STOCK)
    boxes.require_owned(owner=owner, box_id=box_id)
    code = form_of(request, "organisation").get("organisation", "")
    number = boxes.hand_on_box(asker=request.asker, owner=owner, box_id=box_id, code=code)
    said = ngettext("%(num)s token was handed on.", "%(num)s tokens were handed on.", number)
    say_success(request, said % {"num": number})
    return redirect(f"/admin/stock/?of={code.strip().upper()}&box={box_id}")
