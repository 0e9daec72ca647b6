"""The addresses of the API: those that the route table mounts."""

from django.urls import URLPattern, path

from ..ceremonies.strict_json import USUAL, Limits
from ..inventory.deliveries import LIST_BYTES, UNITS_AT_MOST
from .description import PREFIX, openapi
from .door import View, through_the_door
from .v1 import api

# The library's own; it answers nothing.
ROOT = "api-root"
# Every number is a value, and there are a few beside.
LONGER = {"boxes": Limits(size=LIST_BYTES, values=UNITS_AT_MOST + 100)}


def _mounted() -> list[URLPattern]:
    """One for each address, whatever number of methods it has, named after the first."""
    views = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != ROOT]
    by_route = {str(each.pattern): each for each in reversed(views)}
    return [
        path(PREFIX + route, _view(route, each), name=f"api_{each.name}")
        for route, each in reversed(by_route.items())
    ]


def _view(route: str, each: URLPattern) -> View:
    return through_the_door(each.callback, takes=LONGER.get(route, USUAL))


urlpatterns = [
    path(f"{PREFIX}openapi.json", through_the_door(openapi), name="api_openapi"),
    *_mounted(),
]
