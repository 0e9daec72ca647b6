"""A procedure of the guide, walked in a browser: exactly what its steps press, fill in and read.

The journeys walk it to see that the guide is true; `make guide`, to take its pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from wardkey.guide.steps import (
    Act,
    Choose,
    Fill,
    Follow,
    Insert,
    Press,
    Procedure,
    Read,
    Sample,
    Search,
    Step,
)

from .browser import VirtualKey
from .walks import button, follow, link, row_of
from .walks import step as named_step

Look = Callable[[int, Step, Locator | None], None]


@dataclass
class Walk:
    """`look` is called in each step, before what it presses last: with that, or with what it reads,
    or with None where nothing of it is on the page."""

    page: Page
    key: VirtualKey
    samples: dict[Sample, str]
    look: Look

    def through(self, procedure: Procedure) -> None:
        self.page.goto("/")
        for number, step in procedure.numbered:
            with named_step(f"{number} of {procedure.slug}", str(step.words)):
                self.take(number, step)

    def take(self, number: int, step: Step) -> None:
        looked_at = shown(step)
        if looked_at is None:
            self.look(number, step, None)
        for act in step.acts:
            if act is looked_at:
                self.look(number, step, self.found(act))
            self.do(act)

    def found(self, act: Act) -> Locator:
        match act:
            case Press(name, beside):
                return self._pressed(str(name), beside)
            case Follow(sample):
                return link(self.page, self.samples[sample])
            case Read(name):
                return self.page.get_by_role("status").filter(has_text=str(name))
            case _:
                raise TypeError(f"{act} is nowhere on a page")

    def do(self, act: Act) -> None:
        match act:
            case Press() | Follow():
                self.press(self.found(act))
            case Read():
                expect(self.found(act)).to_be_visible()
            case Fill(name, sample):
                self.page.get_by_label(str(name), exact=True).fill(self.samples[sample])
            case Search(sample):
                self.page.get_by_role("searchbox").fill(self.samples[sample])
                self.page.get_by_role("searchbox").press("Enter")
            case Choose(sample):
                self.page.get_by_role("radio", name=self.samples[sample], exact=True).check()
            case Insert():
                self.key.insert(self.page)
            case _:
                raise TypeError(f"{act} cannot be walked")

    def press(self, found: Locator) -> None:
        """A link, until its page is there: the next step may be on both."""
        if found.get_attribute("href"):
            follow(found)
        else:
            found.click()

    def _pressed(self, name: str, beside: Sample | None) -> Locator:
        """A link or a button that is called exactly so; several have to lead to one place."""
        if beside is None:
            found = link(self.page, name).or_(button(self.page, name))
            found.first.wait_for()
            places = {each.get_attribute("href") for each in found.all()}
            return found.first if len(places) == 1 else found
        return row_of(self.page, self.samples[beside]).get_by_role("link", name=name)


def shown(step: Step) -> Act | None:
    """What a picture of the step is about: what it presses last, or what it reads."""
    pressed = [act for act in step.acts if isinstance(act, (Press, Follow))]
    read = [act for act in step.acts if isinstance(act, Read)]
    return (pressed or read or [None])[-1]
