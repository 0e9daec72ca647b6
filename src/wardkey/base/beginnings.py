"""What begins so, as an index finds it."""

from django.db import connection
from django.db.models import Q

# Comes behind everything that goes on with a character.
LAST = "\U0010ffff"


def beginning(field: str, text: str) -> Q:
    """SQLite's LIKE knows no upper case, and no index either: there it is a range. PostgreSQL makes
    the range itself, whatever the collation, of an index for patterns."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})
    return Q(**{f"{field}__startswith": text})
