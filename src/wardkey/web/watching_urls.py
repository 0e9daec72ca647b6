"""The addresses by which the portal is watched: views and names."""

from . import health, metrics

ADDRESSES = [
    ("livez", health.livez, "livez"),
    ("readyz", health.readyz, "readyz"),
    ("metrics", metrics.metrics, "metrics"),
]
