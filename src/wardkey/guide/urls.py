"""The addresses of the guide: below `guide/`, the view, the name. All are open to everybody.

wardkey/urls.py mounts them. A door may not ask the gate of another one, so a page of the guide
that is not for everybody has its line there.
"""

from collections.abc import Callable

from django.http import HttpResponse

from . import choosing, compatibility, front, help_pages, how_to, search, to_take_along

ADDRESSES: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("", front.guide, "guide"),
    ("choosing/", choosing.choosing, "choosing"),
    ("choosing/compare/", choosing.compare, "choosing_compare"),
    ("choosing/<uuid:model_id>/picture/", choosing.picture, "choosing_picture"),
    ("compatibility/", compatibility.compatibility, "compatibility"),
    ("search/", search.search, "guide_search"),
    ("questions/", help_pages.questions, "guide_questions"),
    ("questions/<slug:slug>/", help_pages.question, "guide_question"),
    ("help/", help_pages.help_and_support, "guide_help"),
    ("accessibility/", help_pages.accessibility, "guide_accessibility"),
    ("what-is-stored/", help_pages.stored, "guide_stored"),
    ("video/", to_take_along.video, "guide_video"),
    ("video/transcript/", to_take_along.transcript, "guide_transcript"),
    ("easy-read/", to_take_along.easy_read, "guide_easy_read"),
    ("how-to/<slug:slug>/", how_to.procedure, "guide_procedure"),
    ("how-to/<slug:slug>/<slug:system>/", how_to.on_system, "guide_on_system"),
)
