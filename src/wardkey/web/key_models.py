"""Tokens to replace: keys in use whose model has a weakness, and how old the metadata is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..keymodels.refresh import freshness
from ..keys.review import AT_MOST, keys_to_replace
from ..people.access import covered_among
from ..people.administrators import Act
from .gate import administrator_page
from .words import weakness


@administrator_page(Act.SEE_WEAK_KEYS)
@require_safe
def tokens_to_replace(request: HttpRequest) -> HttpResponse:
    found = keys_to_replace(request.asker.organisations_for(Act.SEE_WEAK_KEYS))
    holders = [each.key.holder for each in found]
    context = {
        "found": found,
        "covered": covered_among(request.asker, holders, Act.MANAGE_KEYS),
        "at_most": AT_MOST,
        "metadata": freshness(),
        "weakness": weakness,
    }
    return render(request, "admin/tokens_to_replace.jinja", context)
