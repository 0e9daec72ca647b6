"""Which plugs a key model has: a platform administrator says it, model by model."""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..base.errors import InvalidInput
from ..base.forms import form_of
from ..keymodels.plugs import NONE, model_to_tell, plugs_told, tell
from ..people.administrators import Act
from .gate import administrator_page
from .notices import say_success
from .words import words

if TYPE_CHECKING:
    from ..keymodels.models import KeyModel

FIELDS = {"usb_a": "USB-A", "usb_c": "USB-C", "lightning": "Lightning", "none": NONE}


@administrator_page(Act.TELL_PLUGS)
@require_http_methods(["GET", "POST"])
def model_plugs(request: HttpRequest, *, model_id: uuid.UUID) -> HttpResponse:
    model = model_to_tell(model_id)
    if request.method == "GET":
        return _page(request, model, plugs_told().get(model_id, []))
    form = form_of(request, *FIELDS)
    ticked = [plug for name, plug in FIELDS.items() if form.get(name)]
    try:
        tell(asker=request.asker, model_id=model_id, plugs=ticked)
    except InvalidInput as mistake:
        return _page(request, model, ticked, mistake)
    say_success(request, _("The plugs of {name} were saved.").format(name=model.name))
    return redirect(_list(model))


def _page(
    request: HttpRequest, model: "KeyModel", ticked: list[str], mistake: InvalidInput | None = None
) -> HttpResponse:
    context = {
        "model": model,
        "ticked": ticked,
        "list": _list(model),
        "mistake": words(mistake) if mistake else "",
    }
    status = mistake.status if mistake else 200
    return render(request, "policy/plugs.jinja", context, status=status)


def _list(model: "KeyModel") -> str:
    """Where the model is on the list, and those of a like name."""
    return f"{reverse('key_models')}?{urlencode({'q': model.name[:100]})}"
