"""What is searched: every page of the guide and every question, by the words that they show.

    findable   each with its title, its section, and what it says, piece by piece
    index      their words, and where each stands; built once a language, at the first search
    find       the best twenty for what was asked

The pages are read from what they are made of: the steps, the questions, and what templates pass to
gettext. So nothing has to be written down for the search, but words that nobody would find.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log

from django.template import engines
from django.utils.translation import get_language, gettext
from jinja2 import TemplateNotFound

from ..base.text import search_form
from .contents import FAQ, SECTIONS, Page
from .how_to import OF_SYSTEMS, OF_THE_PORTAL
from .questions import QUESTIONS

AT_MOST = 20
EXCERPT = 220  # characters
WORD = re.compile(r"\w+")
IN_TITLE, IN_ALSO, IN_WORDS, BY_ITS_BEGINNING = 5.0, 3.0, 1.0, 0.6
# Where a page's template is not called as its route is.
TEMPLATES = {
    "help_lost": "first_aid/lost.jinja",
    "help_pin": "first_aid/pin.jinja",
    "guide_easy_read": "guide/easy_read_page.jinja",
    "check_device": "check/page.jinja",
}


@dataclass(frozen=True, slots=True)
class Findable:
    address: str
    title: str
    section: str
    passages: tuple[str, ...]
    also: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """`weights`: by word, how much it counts for the page with that number; `said`: the words of
    each passage of each page."""

    pages: tuple[Findable, ...]
    said: list[list[frozenset[str]]]
    weights: dict[str, dict[int, float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """`excerpt`: pieces of text, each with whether it was asked for."""

    address: str
    title: str
    section: str
    excerpt: list[tuple[str, bool]]
    has_all: bool


def find(asked: str) -> list[Hit]:
    """Pages with every word first. A word is also found by its beginning, in either direction."""
    index = _index(get_language() or "")
    wanted = {word: _fitting(word, index) for word in _asked_words(asked)}
    scores: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for pages in (_weights_of(fitting, index) for fitting in wanted.values()):
        for number, weight in pages.items():
            scores[number] += weight * log(1 + len(index.pages) / len(pages))
            counts[number] += 1
    best = sorted(scores, key=lambda number: (-counts[number], -scores[number], number))[:AT_MOST]
    shown = set().union(*wanted.values())
    return [_hit(index, each, shown, has_all=counts[each] == len(wanted)) for each in best]


def has_words(asked: str) -> bool:
    return bool(_words(asked))


def findable() -> Iterator[Findable]:
    for section in SECTIONS:
        for page in section.pages:
            yield _of_page(page, str(section.title), str(page.title))
            for below in page.below if page is not FAQ else ():
                yield _of_page(below, str(section.title), f"{page.title}: {below.title}")
    for each in QUESTIONS.values():
        said = (*each.answer, *each.steps)
        yield Findable(
            each.address, str(each.asked), str(FAQ.title), tuple(map(str, said)), str(each.also)
        )


def _of_page(page: Page, section: str, title: str) -> Findable:
    said = dict.fromkeys([str(page.summary), *_said_on(page)])
    return Findable(page.address, title, section, tuple(each for each in said if each))


def _said_on(page: Page) -> Iterable[str]:
    if page.name == "guide_procedure" and page.ids[0] in OF_THE_PORTAL:
        steps = OF_THE_PORTAL[page.ids[0]].steps
        return [words for step in steps for words in (step.told, str(step.note))]
    if page.name == "guide_procedure":
        return [str(OF_SYSTEMS[page.ids[0]].important)]
    if page.name == "guide_on_system":
        ways = OF_SYSTEMS[page.ids[0]].ways
        return [step.told for way in ways if way.slug == page.ids[1] for step in way.steps]
    default = f"guide/{page.name.removeprefix('guide_')}.jinja"
    return _said_in(TEMPLATES.get(page.name, default))


def _said_in(template: str) -> Iterator[str]:
    """What it passes to gettext, in the reader's language; what is filled in is left open."""
    environment = engines.all()[0].env
    try:
        source = environment.loader.get_source(environment, template)[0]
    except TemplateNotFound:
        return
    for _line, _function, message in environment.extract_translations(source):
        words = message if isinstance(message, str) else message[0]
        yield re.sub(r"%\(\w+\)[sd]", "…", gettext(words)).replace("%%", "%")


@cache
def _index(language: str) -> Index:
    pages = tuple(findable())
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for number, page in enumerate(pages):
        text_of_page = " ".join((page.section, *page.passages))
        for text, weight in (
            (text_of_page, IN_WORDS),
            (page.also, IN_ALSO),
            (page.title, IN_TITLE),
        ):
            for word in _words(text):
                weights[word][number] = weight
    said = [[frozenset(_words(each)) for each in page.passages] for page in pages]
    return Index(pages, said, dict(weights))


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(WORD.findall(search_form(text))))


def _asked_words(asked: str) -> list[str]:
    """Without those that say nothing, unless there are no others."""
    common = set(
        _words(gettext("a an and are can do does for how i in is it my of on the to what"))
    )
    words = _words(asked)
    return [word for word in words if word not in common] or words


def _fitting(word: str, index: Index) -> set[str]:
    return {known for known in index.weights if _fits(word, known)}


def _fits(word: str, known: str) -> bool:
    """The same, or one begins with the other: `regist` finds `register`, `tokens` finds `token`."""
    if len(word) > 2 and known.startswith(word):
        return True
    return known == word or (len(known) > 3 and word[: len(known)] == known and _near(word, known))


def _near(word: str, known: str) -> bool:
    return len(word) - len(known) <= 3


def _weights_of(fitting: set[str], index: Index) -> dict[int, float]:
    """Of the words that fit, the one that counts most for each page; a whole word more than
    one that only begins alike."""
    whole = min(fitting, key=len, default="")
    found: dict[int, float] = {}
    for word in fitting:
        part = 1.0 if word == whole else BY_ITS_BEGINNING
        for number, weight in index.weights[word].items():
            found[number] = max(found.get(number, 0.0), part * weight)
    return found


def _hit(index: Index, number: int, shown: set[str], *, has_all: bool) -> Hit:
    page, said = index.pages[number], index.said[number]
    best = max(range(len(said)), key=lambda each: len(shown & said[each]), default=None)
    excerpt = [] if best is None else _marked(_cut(page.passages[best], shown), shown)
    return Hit(page.address, page.title, page.section, excerpt, has_all=has_all)


def _cut(passage: str, shown: set[str]) -> str:
    """So much of it that the first word asked for is in it, and no more than an excerpt."""
    places = [found.start() for found in WORD.finditer(passage) if _is_in(found[0], shown)]
    begin = passage.rfind(" ", 0, max(0, (places or [0])[0] - EXCERPT // 2)) + 1
    if len(passage) <= EXCERPT:
        return passage
    end = passage.rfind(" ", 0, begin + EXCERPT) if begin + EXCERPT < len(passage) else len(passage)
    return f"{'… ' if begin else ''}{passage[begin:end]}{' …' if end < len(passage) else ''}"


def _marked(text: str, shown: set[str]) -> list[tuple[str, bool]]:
    pieces, after = [], 0
    for found in WORD.finditer(text):
        if _is_in(found[0], shown):
            pieces += [(text[after : found.start()], False), (found[0], True)]
            after = found.end()
    pieces.append((text[after:], False))
    return [piece for piece in pieces if piece[0]]


def _is_in(word: str, shown: set[str]) -> bool:
    return search_form(word) in shown
