"""Pictures, video, captions, chapters and PDF: made from the words of today, and for everybody."""

import re
import struct

import pytest
from pypdf import PdfReader
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import webm
from tools.pdf_structure import elements
from wardkey.guide import made
from wardkey.guide.procedures import FILMED, PROCEDURES
from wardkey.guide.steps import Step

CUE = re.compile(r"(\S+) --> (\S+)(?: line:0)?\n(.+)")
SHOWN = [step for procedure in FILMED for step in procedure.steps]
ALL = [step for procedure in PROCEDURES for step in procedure.steps]


def second_of(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def cues(name: str) -> list[tuple[float, float, str]]:
    text = (made.FOLDER / name).read_text()
    assert text.startswith("WEBVTT\n")
    return [
        (second_of(begins), second_of(ends), words) for begins, ends, words in CUE.findall(text)
    ]


def test_it_was_made_from_the_words_of_today():
    assert made.record()["made_from"] == made.digest(), "the guide has changed: run make guide"


def test_each_picture_of_a_step_is_there_and_no_other():
    named = {step.picture.name: step.picture for step in ALL if step.picture}
    files = {path.stem: path.read_bytes() for path in (made.FOLDER / "pictures").iterdir()}

    assert set(files) == set(named)
    assert {struct.unpack(">II", png[16:24]) for png in files.values()} == {(960, 600)}
    assert all(len(str(picture.alt)) > 20 for picture in named.values())
    assert sum(len(png) for png in files.values()) < 2_000_000


def test_each_drawing_of_a_step_is_there_and_no_other():
    named = {step.drawing.name: step.drawing for step in ALL if step.drawing}
    files = {path.stem: path.read_text() for path in (made.FOLDER / "drawings").iterdir()}

    assert set(files) == set(named)
    assert all(len(str(drawing.alt)) > 20 for drawing in named.values())
    # Nothing to translate in it, and nothing that reaches elsewhere.
    assert not any(re.search("<text|<script|<image|href", svg) for svg in files.values())


def test_captions_say_each_step_while_it_is_shown():
    told = [
        (shown.begins, pytest.approx(shown.ends - 0.1), shown.step.told)
        for chapter in made.chapters()
        for shown in chapter.shown
    ]

    assert cues(made.CAPTIONS) == told
    assert min(ends - begins for begins, ends, _words in cues(made.CAPTIONS)) > 2.5


def test_each_procedure_is_a_chapter_of_the_page_and_in_the_video():
    told = [(each.begins, each.ends, str(each.procedure.title)) for each in made.chapters()]
    video = (made.FOLDER / made.VIDEO).read_bytes()

    assert cues(made.CHAPTERS) == told
    assert webm.chapters(video) == [(begins, title) for begins, _ends, title in told]


def test_captions_are_served_as_what_they_are():
    served = WhiteNoiseMiddleware(lambda request: None)

    assert served.media_types.get_type(made.CAPTIONS) == "text/vtt"
    assert served.media_types.get_type(made.VIDEO) == "video/webm"


def test_the_video_is_as_long_as_its_captions_and_has_them():
    video = (made.FOLDER / made.VIDEO).read_bytes()

    assert webm.seconds(video) == pytest.approx(made.record()["ends"], abs=0.5)
    assert webm.codecs(video) == ["V_VP9", "D_WEBVTT/SUBTITLES"]
    assert len(video) < 3_000_000


@pytest.fixture(scope="module")
def pdf():
    return PdfReader(made.FOLDER / made.PDF)


def test_the_pdf_has_its_pages(pdf):
    assert pdf.metadata.title == "Easy-read admin guide to FIDO2 security tokens"
    assert len(pdf.pages) == made.record()["pages"]


def test_the_pdf_has_a_heading_for_each_part_and_a_figure_for_each_picture(pdf):
    [document] = pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]
    tags = [element["/S"] for element in elements(document)]
    beside = [each for step in SHOWN for each in step.shown_beside]

    assert (tags.count("/H1"), tags.count("/H2")) == (1, 8)
    assert tags.count("/LI") >= len(SHOWN)
    assert tags.count("/Figure") == len(beside)


def test_the_pdf_has_every_step(pdf):
    text = plain(" ".join(page.extract_text() for page in pdf.pages))
    lacking = [step.told for step in SHOWN if plain(as_printed(step)) not in text]

    assert lacking == []


def as_printed(step: Step) -> str:
    return step.told.replace("“", "").replace("”", "")


def plain(text: str) -> str:
    """Without what a line's end changes."""
    return re.sub(r"\s+|[“”]", "", text)
