"""Fonts for names of any script: Noto Sans, and what Noto Sans lacks.

    fonts_for   the font files for a text's characters, and the characters that none has

They come with the station (packages of Google's Noto fonts, under the SIL Open Font License), so
that a slip looks alike on every computer.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

MOST_SCRIPTS, CHINESE_JAPANESE_KOREAN = "manimgx_fonts", "noto_cjk_sans_jp_regular"
FIRST = "NotoSans[wght].ttf"
NOT_FOR_NAMES = ("Italic", "Symbols", "Emoji")


def fonts_for(text: str) -> tuple[list[Path], list[str]]:
    """Noto Sans first, always."""
    needed = {sign for sign in text if not sign.isspace()}
    chosen: list[Path] = []
    for file in files():
        if not chosen or needed & characters(file):
            chosen.append(file)
            needed -= characters(file)
        if not needed:
            break
    return chosen, sorted(needed)


@cache
def characters(file: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def files() -> tuple[Path, ...]:
    return tuple(found())


def found() -> Iterator[Path]:
    scripts = folder_of(MOST_SCRIPTS)
    yield scripts / FIRST
    for file in sorted(scripts.glob("NotoSans*.ttf")):
        if file.name != FIRST and not any(kind in file.name for kind in NOT_FOR_NAMES):
            yield file
    yield from sorted(folder_of(CHINESE_JAPANESE_KOREAN).glob("*.otf"))


def folder_of(package: str) -> Path:
    """Where its files are, without running anything of it."""
    spec = find_spec(package)
    return Path(next(iter(spec.submodule_search_locations or []))) if spec else Path("nowhere")
