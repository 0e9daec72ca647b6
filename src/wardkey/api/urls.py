"""The addresses of the API: those that the route table mounts."""

from django.urls import URLPattern, path

from .description import PREFIX, openapi
from .door import through_the_door
from .v1 import api

# The library's own; it answers nothing.
ROOT = "api-root"


def _mounted() -> list[URLPattern]:
    """One for each address, whatever number of methods it has, named after the first."""
    views = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != ROOT]
    by_route = {str(each.pattern): each for each in reversed(views)}
    return [
        path(PREFIX + route, through_the_door(each.callback), name=f"api_{each.name}")
        for route, each in reversed(by_route.items())
    ]


urlpatterns = [
    path(f"{PREFIX}openapi.json", through_the_door(openapi), name="api_openapi"),
    *_mounted(),
]
