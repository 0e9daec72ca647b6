"""Words as they are found by a part from the middle: `smith` by `mit` and `ith`.

    learn      the words that nobody had before, part by part
    is_part    what is asked could be one
    has_a_middle, parts_of    of a word

Names repeat themselves: two million people have some hundred thousand words of letters alone, and
each is kept once. Whole addresses, and what has a figure in it, are found by their beginning.
"""

from collections.abc import Iterable

from .models import WordPart

LETTERS = 3
ROWS_AT_A_TIME = 1000


def learn(words: Iterable[str]) -> None:
    """In one order, so that two who learn the same words do not wait for each other in turn."""
    wanted = {word for word in words if has_a_middle(word)}
    known = WordPart.objects.filter(word__in=wanted).values_list("word", flat=True).distinct()
    WordPart.objects.bulk_create(
        [
            WordPart(word=word, part=part)
            for word in sorted(wanted.difference(known))
            for part in sorted(parts_of(word))
        ],
        batch_size=ROWS_AT_A_TIME,
        ignore_conflicts=True,
    )


def parts_of(word: str) -> set[str]:
    """Those that do not begin it."""
    return {word[at : at + LETTERS] for at in range(1, len(word) - LETTERS + 1)}


def is_part(text: str) -> bool:
    """Whether anybody could be found by it."""
    return len(text) >= LETTERS and text.isalpha()


def has_a_middle(word: str) -> bool:
    return len(word) > LETTERS and word.isalpha()
