"""What a token is called in its holder's list, where nobody said.

free_nickname   the wished one, or with a number behind it where the holder has one of that name
"""

from itertools import count
from typing import Any

LONGEST = 64  # characters


def free_nickname(wished: str, keys: list[dict[str, Any]]) -> str:
    taken = {str(key.get("nickname", "")).casefold() for key in keys}
    wished = wished[:LONGEST].strip()
    if wished.casefold() not in taken:
        return wished
    for number in count(2):
        more = f" {number}"
        if (tried := wished[: LONGEST - len(more)] + more).casefold() not in taken:
            return tried
    raise AssertionError
