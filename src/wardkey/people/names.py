"""What a person may be called."""

from ..base.errors import InvalidInput
from ..base.text import has_forbidden_characters, has_visible_character

AT_MOST = 200


def clean_name(name: str) -> str:
    """Raises InvalidInput (`name`)."""
    name = " ".join(name.split())
    if len(name) > AT_MOST or has_forbidden_characters(name) or not has_visible_character(name):
        raise InvalidInput("name", field="name")
    return name
