"""Receive a box: a range or a scanned list of serial numbers, seen before it is saved."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..base import clock
from ..base.errors import Conflict, InvalidInput, Mistake
from ..base.forms import form_of
from ..inventory import deliveries, receiving
from ..people.administrators import Act
from ..people.reach import organisation_entered
from .dates import as_fields, date_of
from .gate import administrator_page
from .notices import say_success
from .stock_words import FAULTS
from .uploads import takes_list
from .words import words

FIELDS = (
    *("organisation", "maker", "model", "site", "order_reference", "first", "last", "scanned"),
    *("received_on-day", "received_on-month", "received_on-year", "save", "again"),
)
ENDS = 3


@takes_list(deliveries.LIST_BYTES)
@administrator_page(Act.KEEP_STOCK)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _ask(request, _empty(request))
    form = form_of(request, *FIELDS)
    if "again" in form:
        return _ask(request, form)
    try:
        owner = organisation_entered(request.asker, form.get("organisation", ""), Act.KEEP_STOCK)
        coming = _read(request, form)
        if "save" not in form or deliveries.faults_in(coming):
            return _preview(request, form, owner.name, coming)
        box = receiving.receive(asker=request.asker, code=owner.code, coming=coming)
    except (InvalidInput, Conflict) as mistake:
        return _ask(request, form, mistake)
    said = ngettext(
        "%(number)s token is in stock now.", "%(number)s tokens are in stock now.", box.number
    )
    say_success(request, said % {"number": f"{box.number:,}"})
    return redirect(f"/admin/stock/?of={owner.code}&box={box.pk}")


def _empty(request: HttpRequest) -> dict:
    today = clock.today(request.asker.organisation.time_zone)
    asked = {"organisation": request.GET.get("of", "") or request.asker.organisation.code}
    return {**as_fields("received_on", today), **asked, "first": request.GET.get("number", "")}


def _read(request: HttpRequest, form: QueryDict) -> deliveries.Delivery:
    return deliveries.delivery(
        maker=form.get("maker", ""),
        model=form.get("model", ""),
        site=form.get("site", ""),
        order_reference=form.get("order_reference", ""),
        received_on=date_of(form, "received_on"),
        first=form.get("first", ""),
        last=form.get("last", ""),
        scanned=form.get("scanned", ""),
        today=clock.today(request.asker.organisation.time_zone),
    )


def _preview(
    request: HttpRequest, form: QueryDict, owner: str, coming: deliveries.Delivery
) -> HttpResponse:
    numbers = coming.serial_numbers
    sent = {name: form[name] for name in FIELDS if name in form and name != "save"}
    if is_list := bool(form.get("scanned", "").strip()):
        sent["scanned"] = "\n".join(numbers)  # empty lines are gone, so that lines count alike
    context = {
        "coming": coming,
        "owner": owner,
        "sent": sent,
        "is_list": is_list,
        "number": len(numbers),
        "beginning": numbers[:ENDS],
        "end": numbers[ENDS:][-ENDS:],
        "more": max(len(numbers) - 2 * ENDS, 0),
        "faults": [(each, _told(each)) for each in deliveries.faults_in(coming)],
        "at_most": deliveries.FAULTS_SHOWN,
    }
    return render(request, "stock/preview.jinja", context, status=409 if "save" in form else 200)


def _told(fault: deliveries.Fault) -> str:
    return str(FAULTS[fault.what]).replace("{other}", str(fault.other))


def _ask(
    request: HttpRequest, form: QueryDict | dict, mistake: Mistake | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "mistake": words(mistake) if mistake else "",
        "field": mistake.details.get("field", "maker") if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "stock/receive.jinja", context, status=status)
