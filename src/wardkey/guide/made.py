"""What `make guide` made, and from which words: pictures, video, captions, chapters, the PDF.

They lie in static/guide, with made.json beside them: when each step is shown in the video, and a
digest of all that they say. Where the words have changed since, a test asks to make them anew.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .procedures import FILMED, PROCEDURES
from .steps import Procedure, Step
from .systems import ON_SYSTEMS

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "static" / "guide"
RECORD = FOLDER / "made.json"
EASY_READ = HERE / "templates" / "guide" / "easy_read.jinja"
VIDEO, CAPTIONS, CHAPTERS = "how-to.webm", "captions.en.vtt", "chapters.en.vtt"
PDF = "easy-read-admin-guide.pdf"


def digest() -> str:
    """SHA-256 over the words of all procedures, as the source has them, and the PDF's form."""
    walked = [_words_of(each) for each in PROCEDURES]
    on_systems = [
        (str(each.title), str(each.important), [_words_of(way) for way in each.ways])
        for each in ON_SYSTEMS
    ]
    said = json.dumps([walked, on_systems, EASY_READ.read_text("utf-8")])
    return hashlib.sha256(said.encode()).hexdigest()


def _words_of(procedure: Procedure) -> list[Any]:
    steps = [
        (step.told, str(step.note), [str(each.alt) for each in step.shown_beside])
        for step in procedure.steps
    ]
    return [procedure.slug, str(procedure.title), str(procedure.summary), steps]


@cache
def record() -> dict[str, Any]:
    """`made_from`: the digest; `made_on`: ISO date; `pages` of the PDF; `starts`: by procedure, the
    second of the video in which each step begins; `ends`: the one in which the video does."""
    return json.loads(RECORD.read_text("utf-8"))


@dataclass(frozen=True)
class Shown:
    """A step in the video, from second to second."""

    number: int
    step: Step
    begins: float
    ends: float


@dataclass(frozen=True)
class Chapter:
    procedure: Procedure
    shown: tuple[Shown, ...]

    @property
    def begins(self) -> float:
        return self.shown[0].begins

    @property
    def ends(self) -> float:
        return self.shown[-1].ends


def chapters() -> list[Chapter]:
    """Of the video as it was made; the words are those of today, in the reader's language."""
    starts: dict[str, list[float]] = record()["starts"]
    ends: float = record()["ends"]
    begun = sorted(second for seconds in starts.values() for second in seconds)
    until = dict(zip(begun, [*begun[1:], ends], strict=True))
    return [
        Chapter(
            procedure,
            tuple(
                Shown(number, step, second, until[second])
                for (number, step), second in zip(
                    procedure.numbered, starts[procedure.slug], strict=True
                )
            ),
        )
        for procedure in FILMED
    ]
