"""Search over all of the guide, without a script; what was asked stands in the address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import searching

LONGEST = 100


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    mistake = _mistake_in(asked) if "q" in request.GET else ""
    searched = bool(asked) and not mistake
    context = {
        "asked": asked[:LONGEST],
        "mistake": mistake,
        "searched": searched,
        "found": searching.find(asked) if searched else [],
    }
    return render(request, "guide/search.jinja", context, status=400 if mistake else 200)


def _mistake_in(asked: str) -> str:
    if len(asked) > LONGEST:
        return _("That is too long: enter 100 characters or fewer.")
    return "" if searching.has_words(asked) else _("Enter a word to search for.")
