"""What a person may be called."""

from ..base.errors import InvalidInput
from ..base.text import has_forbidden_characters

AT_MOST = 200


def clean_name(name: str) -> str:
    """Raises InvalidInput (`name`)."""
    name = " ".join(name.split())
    if not name or len(name) > AT_MOST or has_forbidden_characters(name):
        raise InvalidInput("name", field="name")
    return name
