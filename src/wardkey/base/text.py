"""One form of each text that people type, so that comparing is the same everywhere."""

import re
import unicodedata

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Joiners that scripts such as Hindi and Persian, and emoji, cannot do without.
JOINERS = {"\u200c", "\u200d"}
# Letters, marks and symbols that show nothing: fillers of Hangul, the empty pattern of Braille and
# the empty note, the joiner of graphemes, vowels of Khmer that are inherent, variation selectors.
BLANK = {
    *"\u115f\u1160\u3164\uffa0\u2800\U0001d159\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f",
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}

# Letters that are no letter with an accent, as people type them who do not have them.
PLAIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
)

PART = re.compile(r"[^\W_]+")  # letters and digits, as str.isalnum() has them


def _is_plain(text: str) -> bool:
    """What most texts are, and then nothing is to be looked up of any letter."""
    return text.isascii() and text.isprintable()


def has_forbidden_characters(text: str) -> bool:
    """Control, invisible, unassigned and private characters; joiners are allowed."""
    return not _is_plain(text) and any(
        unicodedata.category(c) in INVISIBLE and c not in JOINERS for c in text
    )


def has_visible_character(text: str) -> bool:
    """A letter, number, sign or symbol that shows. Accents and other marks need one to stand on."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in BLANK for c in text)


def canonical_name(text: str) -> str:
    """The one form of a user name or e-mail address: NFKC, no invisible characters, case folded."""
    if _is_plain(text):
        return text.lower().strip()
    visible = "".join(c for c in text if not _shows_nothing(c))
    folded = unicodedata.normalize("NFKC", visible).casefold().strip()
    return unicodedata.normalize("NFKC", folded)


def _shows_nothing(c: str) -> bool:
    return unicodedata.category(c) in INVISIBLE or c in BLANK


def search_form(text: str) -> str:
    """As `canonical_name`, and without accents: what is searched and what is found by."""
    canonical = canonical_name(text)
    if canonical.isascii():
        return canonical
    parts = unicodedata.normalize("NFKD", canonical)
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(PLAIN)


def search_words(*texts: str) -> set[str]:
    """The words under which texts are found: whole addresses, and their parts."""
    words = set()
    for text in texts:
        for word in search_form(text).split():
            words.add(word)
            words.update(_parts(word))
    return {word[:64] for word in words if word}


def _parts(word: str) -> list[str]:
    return PART.findall(word)
