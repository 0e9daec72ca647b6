"""The procedures as pages: those of the portal, and those that each system has its own way for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..base.errors import NotFound
from .front import show
from .procedures import PROCEDURES
from .systems import ON_SYSTEMS, OnSystems

OF_THE_PORTAL = {each.slug: each for each in PROCEDURES}
OF_SYSTEMS = {each.slug: each for each in ON_SYSTEMS}


@require_safe
def procedure(request: HttpRequest, slug: str) -> HttpResponse:
    if slug in OF_SYSTEMS:
        return show(request, "guide/on_systems.jinja", subject=OF_SYSTEMS[slug])
    if slug not in OF_THE_PORTAL:
        raise NotFound
    return show(request, "guide/procedure.jinja", procedure=OF_THE_PORTAL[slug])


@require_safe
def on_system(request: HttpRequest, slug: str, system: str) -> HttpResponse:
    subject = _subject(slug)
    way = next((each for each in subject.ways if each.slug == system), None)
    if way is None:
        raise NotFound
    return show(request, "guide/on_system.jinja", subject=subject, procedure=way)


def _subject(slug: str) -> OnSystems:
    if slug not in OF_SYSTEMS:
        raise NotFound
    return OF_SYSTEMS[slug]
