"""The addresses by which the portal is watched: views and names."""

from . import health, metrics, portal_health

ADDRESSES = [
    ("livez", health.livez, "livez"),
    ("readyz", health.readyz, "readyz"),
    ("metrics", metrics.metrics, "metrics"),
    ("admin/health/", portal_health.portal_health, "portal_health"),
]
