"""The addresses at which clients ask, and to which they send people."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from . import authorize, devices, discovery, logout, tokens

View = Callable[..., HttpResponse]


def addresses(open_to_anybody: Callable[[View], View]) -> list[URLPattern]:
    """The gate's mark comes from the route table: doors do not import each other."""
    return [
        path(".well-known/openid-configuration", discovery.configuration, name="oidc_discovery"),
        path("oidc/jwks", discovery.keys, name="oidc_keys"),
        path("oidc/authorize", open_to_anybody(authorize.authorize), name="oidc_authorize"),
        path("oidc/authorize/<uuid:request_id>/", authorize.request, name="oidc_request"),
        path("oidc/token", tokens.fetch, name="oidc_token"),
        path("oidc/userinfo", tokens.userinfo, name="oidc_userinfo"),
        path("oidc/revoke", tokens.revoke, name="oidc_revoke"),
        path("oidc/device", devices.ask, name="oidc_device_authorization"),
        path("device/", devices.enter, name="device"),
        path("device/<uuid:request_id>/", devices.answer, name="device_request"),
        path("oidc/logout", open_to_anybody(logout.logout), name="oidc_logout"),
        path(
            "oidc/logout/confirmed/",
            open_to_anybody(logout.confirmed),
            name="oidc_logout_confirmed",
        ),
    ]
