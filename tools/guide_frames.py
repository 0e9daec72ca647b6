"""The walk through the guide's procedures, one frame a step; the pictures of its pages."""

import math
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, sync_playwright

from tests.journeys.browser import VirtualKey, launch, open_page
from tests.journeys.guide_walk import Walk, shown
from wardkey.guide.for_administrators import EDIT, REGISTER, REMOVE
from wardkey.guide.for_holders import FIRST_TOKEN, RENAME_OWN, REPORT_LOST, USE
from wardkey.guide.procedures import FILMED
from wardkey.guide.steps import Procedure, Read, Reader, Sample, Step

WINDOW: ViewportSize = {"width": 960, "height": 600}
BAND, BELOW = 104, 56  # pixels for captions above the page, and for its heading below it
DARK, LIGHT, RING, POINTER = "#212b32", "#ffffff", "#d5281b", "#ffeb3b"
ROUND, THICK = 8, 5  # pixels
CLEAR = 60  # pixels below what is shown, so that it is not at the very edge
SCROLL = "far => window.scrollTo({top: far, behavior: 'instant'})"
ARROW = [(0, 0), (0, 34), (8, 27), (14, 40), (20, 37), (14, 25), (25, 24)]
SECONDS_A_LETTER, SECONDS_AT_LEAST = 0.055, 3.0
COLOURS = 96
RATE = 5  # frames a second
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

ASHA, BEN, EVE = "asha@northside.example", "ben@northside.example", "eve@southside.example"
SAMPLES = {
    Sample.PASSWORD: "wardkey-demo-only",
    Sample.HOLDER: "Ben Aldersea",
    Sample.NICKNAME: "Blue key, ward 7",
    Sample.OTHER_NICKNAME: "Ward 7, blue",
}
# Ben has a token until it is removed; Eve's is lost.
ORDER = (REGISTER, USE, EDIT, RENAME_OWN, REMOVE, FIRST_TOKEN, REPORT_LOST)
EVES = (FIRST_TOKEN, REPORT_LOST)


@dataclass
class Frame:
    """What is shown during one step, and from which second of the video on."""

    procedure: Procedure
    number: int
    step: Step
    image: Image.Image
    begins: float = 0.0

    @property
    def ends(self) -> float:
        read = max(SECONDS_AT_LEAST, 1.5 + SECONDS_A_LETTER * len(self.step.told))
        return round(self.begins + math.ceil(read * RATE) / RATE, 1)


class Camera:
    def __init__(self, page: Page, procedure: Procedure, pictures: Path) -> None:
        self.page, self.procedure, self.pictures = page, procedure, pictures
        self.frames: list[Frame] = []
        self.last = Image.new("RGB", (WINDOW["width"], WINDOW["height"]), LIGHT)

    def take(self, number: int, step: Step, locator: Locator | None) -> None:
        """A picture with a ring around what is pressed or read; else a card with the words."""
        if locator is None:
            image = card(self.last, step.told)
        else:
            image, box = self.photograph(locator)
            self.last = image.copy()
            ring(image, box)
            if not isinstance(shown(step), Read):
                point(image, box)
        if step.picture and not (file := self.pictures / f"{step.picture.name}.png").exists():
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        self.frames.append(Frame(self.procedure, number, step, image))

    def photograph(self, locator: Locator) -> tuple[Image.Image, FloatRect]:
        locator.wait_for()
        self.page.evaluate("() => document.activeElement?.blur()")
        self.page.evaluate("() => window.scrollTo(0, 0)")
        if (box := placed(locator))["y"] + box["height"] > WINDOW["height"] - CLEAR:
            self.page.evaluate(SCROLL, box["y"] + box["height"] - WINDOW["height"] + CLEAR)
            box = placed(locator)
        taken = self.page.screenshot(animations="disabled")
        return Image.open(BytesIO(taken)).convert("RGB"), box


def placed(locator: Locator) -> FloatRect:
    """In the window, in pixels."""
    box = locator.bounding_box()
    if box is None:
        raise ValueError(f"{locator} is not on the page")
    return box


def ring(image: Image.Image, box: FloatRect) -> None:
    draw = ImageDraw.Draw(image)
    left, top = box["x"] - ROUND, box["y"] - ROUND
    right, bottom = box["x"] + box["width"] + ROUND, box["y"] + box["height"] + ROUND
    frame = (max(left, 2), max(top, 2), min(right, image.width - 3), min(bottom, image.height - 3))
    draw.rounded_rectangle(frame, radius=ROUND, outline=RING, width=THICK)


def point(image: Image.Image, box: FloatRect) -> None:
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6
    shape = [(x + right, y + down) for right, down in ARROW]
    ImageDraw.Draw(image).polygon(shape, fill=POINTER, outline=DARK, width=2)


def card(behind: Image.Image, words: str) -> Image.Image:
    """What happens in the browser's own window, or in a hand: the page dimmed, the words on it."""
    image = Image.blend(behind, Image.new("RGB", behind.size, DARK), 0.6)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((130, 170, 830, 430), radius=16, fill=LIGHT)
    font = ImageFont.load_default(30)
    draw.multiline_text(
        (480, 300), folded(draw, words, font, 620), DARK, font, anchor="mm", align="center"
    )
    return image


def folded(draw: ImageDraw.ImageDraw, words: str, font: Font, wide: int) -> str:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def for_the_video(frame: Frame) -> Image.Image:
    """The page between a band for captions and its heading, so that both cover nothing."""
    height = BAND + WINDOW["height"] + BELOW
    image = Image.new("RGB", (WINDOW["width"], height), DARK)
    image.paste(frame.image, (0, BAND))
    draw = ImageDraw.Draw(image)
    of_all = f"{frame.procedure.title} · {frame.number}/{len(frame.procedure.steps)}"
    draw.text((24, height - BELOW / 2), of_all, LIGHT, ImageFont.load_default(26), anchor="lm")
    return image


def walk_all(portal: str, passes: dict[str, str], pictures: Path) -> list[Frame]:
    """All frames that are filmed, in the order of the guide, each with its second."""
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("*.png"):
        old.unlink()
    found: dict[str, list[Frame]] = {}
    bens, eves = VirtualKey(), VirtualKey()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for procedure in ORDER:
            key = eves if procedure in EVES else bens
            context = browser.new_context(base_url=portal, viewport=WINDOW, locale="en-GB")
            camera = Camera(open_page(context), procedure, pictures)
            samples = samples_of(procedure, passes)
            Walk(camera.page, key, samples, camera.take).through(procedure)
            take_out(key)
            context.close()
            found[procedure.slug] = camera.frames
        browser.close()
    return timed([frame for each in FILMED for frame in found[each.slug]])


def samples_of(procedure: Procedure, passes: dict[str, str]) -> dict[Sample, str]:
    if procedure in EVES:
        return {**SAMPLES, Sample.USERNAME: EVE, Sample.ACCESS_PASS: passes[EVE]}
    if procedure is RENAME_OWN:
        back = {
            Sample.NICKNAME: SAMPLES[Sample.OTHER_NICKNAME],
            Sample.OTHER_NICKNAME: SAMPLES[Sample.NICKNAME],
        }
        return {**SAMPLES, **back, Sample.USERNAME: BEN}
    return {**SAMPLES, Sample.USERNAME: ASHA if procedure.reader is Reader.ADMINISTRATOR else BEN}


def take_out(key: VirtualKey) -> None:
    if key.is_plugged_in:
        key.remove()


def timed(frames: list[Frame]) -> list[Frame]:
    second = 0.0
    for frame in frames:
        frame.begins = second
        second = frame.ends
    return frames
