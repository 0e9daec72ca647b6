"""A key's nickname: at most 64 characters of any script, once for each holder."""

import unicodedata
from collections.abc import Iterable

from ..base.errors import InvalidInput, NicknameTaken
from ..base.text import canonical_name, has_forbidden_characters, has_visible_character
from ..people.models import Person
from .models import SecurityKey, State

LONGEST = 64


def clean_nickname(text: str) -> str:
    """In NFC, without spaces around it, and with one between words, whatever was typed: a browser
    shows several as one. Raises InvalidInput: empty, too_long or characters."""
    nickname = unicodedata.normalize("NFC", text).strip()
    if not has_visible_character(nickname):
        raise InvalidInput("empty", field="nickname")
    if len(nickname) > LONGEST:
        raise InvalidInput("too_long", field="nickname")
    if has_forbidden_characters(nickname):
        raise InvalidInput("characters", field="nickname")
    return " ".join(nickname.split())


def free_nickname(kept: Iterable[SecurityKey], numbered: str) -> str:
    """The first that none of them has, of `numbered` with {number} from 1 on."""
    taken = {key.nickname_key for key in kept}
    names = (numbered.format(number=number) for number in range(1, len(taken) + 2))
    return next(name for name in names if canonical_name(name) not in taken)


def require_free_nickname(
    holder: Person, nickname: str, *, besides: SecurityKey | None = None
) -> None:
    """Case and width make no difference: “Blue” and “BLUE” cannot be told apart in a hurry."""
    same = SecurityKey.objects.filter(holder=holder, nickname_key=canonical_name(nickname))
    same = same.exclude(state=State.REMOVED)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise NicknameTaken("nickname_taken", field="nickname")
