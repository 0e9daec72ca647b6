"""What the guide has in it: its sections in their order, and the pages of each.

A page is entered here once; the first page of the guide, the navigation, the way back and the
links to the page before and after follow from it. A section without pages is not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .for_administrators import EDIT, REGISTER, REMOVE
from .for_holders import FIRST_TOKEN, RENAME_OWN, REPORT_LOST, USE
from .questions import QUESTIONS
from .steps import Procedure, Words
from .systems import CHANGE_PIN, RESET, OnSystems


@dataclass(frozen=True)
class Page:
    """`name` and `ids` are those of its route; the pages below it are listed on it alone."""

    name: str
    title: Words
    summary: Words = ""
    ids: tuple[str, ...] = ()
    below: tuple["Page", ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.name, args=self.ids)


@dataclass(frozen=True)
class Section:
    slug: str
    title: Words
    pages: tuple[Page, ...]


def _procedure(procedure: Procedure) -> Page:
    return Page("guide_procedure", procedure.title, procedure.summary, (procedure.slug,))


def _on_systems(subject: OnSystems) -> Page:
    below = (
        Page("guide_on_system", way.title, way.summary, (subject.slug, way.slug))
        for way in subject.ways
    )
    ids = (subject.slug,)
    return Page("guide_procedure", subject.title, subject.summary, ids, tuple(below))


VIDEO = Page(
    "guide_video",
    _("How-to video"),
    _("Registering, managing and using a token, in less than three minutes, with captions."),
    below=(Page("guide_transcript", _("How-to video in words")),),
)
EASY_READ = Page(
    "guide_easy_read",
    _("Easy-read admin guide"),
    _("The steps with their pictures, in large letters, as a PDF to print or to take along."),
)

FAQ = Page(
    "guide_questions",
    _("Frequently asked questions"),
    _("A PIN that was forgotten, a token that does not work, and what else people ask."),
    below=tuple(
        Page("guide_question", each.asked, ids=(each.slug,)) for each in QUESTIONS.values()
    ),
)

SECTIONS = (
    Section(
        "choosing",
        _("Choosing a FIDO2 security token"),
        (
            Page(
                "choosing",
                _("Choosing a security token"),
                _("The certified models, by what matters to you, and side by side."),
            ),
            Page(
                "compatibility",
                _("Compatibility"),
                _("Which device and which browser were tested, with which outcome."),
            ),
            Page(
                "check_device",
                _("Check this device"),
                _("Try whether a token works on the device in front of you."),
            ),
        ),
    ),
    Section(
        "registering",
        _("Registering a FIDO2 security token"),
        (_procedure(REGISTER), VIDEO, EASY_READ),
    ),
    Section(
        "managing",
        _("Managing a FIDO2 security token"),
        (_procedure(EDIT), _procedure(REMOVE), _on_systems(CHANGE_PIN), _on_systems(RESET)),
    ),
    Section(
        "using",
        _("Using a FIDO2 security token"),
        tuple(_procedure(each) for each in (USE, FIRST_TOKEN, RENAME_OWN, REPORT_LOST)),
    ),
    Section(
        "help",
        _("Further Help & Support"),
        (
            FAQ,
            Page(
                "guide_help",
                _("Help & Support"),
                _("Whom you can ask, and links that are useful."),
            ),
            Page(
                "help_lost",
                _("I lost my token"),
                _("What to do now, for you and for your local administrator."),
            ),
            Page(
                "help_pin",
                _("I forgot my PIN"),
                _("Nobody can read it. The token is reset, and registered anew."),
            ),
            Page(
                "guide_accessibility",
                _("Accessibility statement"),
                _("What was tested and how, what was not, and what to do if something is hard."),
            ),
            Page(
                "guide_stored",
                _("What is stored about you"),
                _("What the portal keeps about a person, who sees it, and for how long."),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Place:
    """Where an address is: its section, and the pages from the section's own down to it."""

    section: Section
    pages: tuple[Page, ...]

    @property
    def page(self) -> Page:
        return self.pages[-1]

    @property
    def before(self) -> Page | None:
        return self._beside(-1)

    @property
    def after(self) -> Page | None:
        return self._beside(1)

    def _beside(self, step: int) -> Page | None:
        pages = self.section.pages
        wanted = pages.index(self.pages[0]) + step
        is_there = len(self.pages) == 1 and 0 <= wanted < len(pages)
        return pages[wanted] if is_there else None


def place_of(address: str) -> Place | None:
    """The place that is entered for the address; None for a page that stands on its own."""
    return next((place for place in _places() if place.page.address == address), None)


def _places() -> Iterator[Place]:
    for section in SECTIONS:
        for page in section.pages:
            yield Place(section, (page,))
            yield from (Place(section, (page, below)) for below in page.below)
