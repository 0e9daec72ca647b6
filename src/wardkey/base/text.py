"""One form of each text that people type, so that comparing is the same everywhere."""

import unicodedata

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Joiners that scripts such as Hindi and Persian, and emoji, cannot do without.
JOINERS = {"\u200c", "\u200d"}


def has_forbidden_characters(text: str) -> bool:
    """Control, invisible, unassigned and private characters; joiners are allowed."""
    return any(unicodedata.category(c) in INVISIBLE and c not in JOINERS for c in text)


def canonical_name(text: str) -> str:
    """The one form of a user name or e-mail address: NFKC, no invisible characters, case folded."""
    visible = "".join(c for c in text if unicodedata.category(c) not in INVISIBLE)
    folded = unicodedata.normalize("NFKC", visible).casefold().strip()
    return unicodedata.normalize("NFKC", folded)


def search_form(text: str) -> str:
    """As `canonical_name`, and without accents: what is searched and what is found by."""
    parts = unicodedata.normalize("NFKD", canonical_name(text))
    return "".join(c for c in parts if not unicodedata.combining(c))


def search_words(*texts: str) -> set[str]:
    """The words under which texts are found: whole addresses, and their parts."""
    words = set()
    for text in texts:
        for word in search_form(text).split():
            words.add(word)
            words.update(_parts(word))
    return {word[:64] for word in words if word}


def _parts(word: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in word).split()
