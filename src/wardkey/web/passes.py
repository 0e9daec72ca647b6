"""Issue an access pass: the identity check, then the pass, once."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ..people.access import person_administered_by
from ..people.administrators import Act
from ..signin import passes
from ..signin.passes import Checked
from .gate import administrator_page

METHODS: dict[Checked, object] = {
    Checked.IN_PERSON: _("In person, with their badge"),
    Checked.CALL_BACK: _("I called them back on the number on record"),
    Checked.COLLEAGUE: _("A colleague who knows them vouches for them"),
}


@administrator_page(Act.ISSUE_PASSES)
@require_http_methods(["GET", "POST"])
def issue_pass(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.ISSUE_PASSES)
    passes.require_of_use(request.asker, holder)
    methods = [{"value": str(each), "text": str(words)} for each, words in METHODS.items()]
    context = {"holder": holder, "methods": methods}
    if request.method == "GET":
        return render(request, "admin/access_pass.jinja", context)
    if request.POST.get("checked", "") not in set(Checked):
        return render(request, "admin/access_pass.jinja", context | {"unchecked": True}, status=400)
    code = passes.issue_pass(
        asker=request.asker, person=holder, checked=Checked(request.POST["checked"])
    )
    return render(request, "admin/access_pass_issued.jinja", context | {"code": code})
