"""Which passwords people may choose: by length and by what others would guess first.

No rules about kinds of characters, and no change by the calendar (NIST SP 800-63B-4 §3.1.1.2).
"""

from ..base.errors import InvalidInput
from ..base.text import search_form, search_words
from .models import Person

AT_LEAST, AT_MOST = 10, 128
TELLING = 4  # letters from which a part of one's name counts


def require_good_password(password: str, *, person: Person) -> None:
    """Raises InvalidInput: password_short, password_long, password_names."""
    if len(password) < AT_LEAST:
        raise InvalidInput("password_short", field="password")
    if len(password) > AT_MOST:
        raise InvalidInput("password_long", field="password")
    if _holds_own_name(password, person):
        raise InvalidInput("password_names", field="password")


def _holds_own_name(password: str, person: Person) -> bool:
    written = search_form(password)
    own = search_words(person.name, person.username.partition("@")[0])
    return any(word in written for word in own if len(word) >= TELLING)
