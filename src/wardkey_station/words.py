"""The language of the screen: English, or another for which there is a catalogue.

speak   chooses it, once, before anything is said
_       a sentence in it
N_      marks a sentence that is looked up later, because modules load before `speak`
"""

import gettext
from collections.abc import Sequence
from pathlib import Path

DOMAIN = "wardkey_station"
CATALOGUES = Path(__file__).parent / "locale"

chosen: list[gettext.NullTranslations] = [gettext.NullTranslations()]


def speak(language: str | None) -> None:
    """The language that was asked for, else the environment's, else English."""
    wished = [language] if language else None
    chosen[0] = gettext.translation(DOMAIN, CATALOGUES, languages=wished, fallback=True)


def asked_for(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, read early: the help has to be in that language too."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang":
            return next(iter(arguments[position + 1 :]), None)
    return None


def _(sentence: str) -> str:
    return chosen[0].gettext(sentence)


def counted(one: str, many: str, number: int) -> str:
    return chosen[0].ngettext(one, many, number).format(number=number)


def N_(sentence: str) -> str:  # noqa: N802  what gettext's readers look for
    return sentence
