"""Tokens to replace: keys in use whose model has a weakness, and how old the metadata is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..keymodels.refresh import freshness
from ..keys.review import keys_to_replace
from ..people.access import covered_among
from ..people.administrators import Act
from .bodies import uuid_of
from .gate import administrator_page
from .words import weakness


@administrator_page(Act.SEE_WEAK_KEYS)
@require_safe
def tokens_to_replace(request: HttpRequest) -> HttpResponse:
    after = uuid_of(request.GET, "after") if request.GET.get("after") else None
    found, following = keys_to_replace(request.asker.organisations_for(Act.SEE_WEAK_KEYS), after)
    holders = [each.key.holder for each in found]
    context = {
        "found": found,
        "covered": covered_among(request.asker, holders, Act.MANAGE_KEYS),
        "next": f"?after={following}" if following else "",
        "metadata": freshness(),
        "weakness": weakness,
    }
    return render(request, "admin/tokens_to_replace.jinja", context)
