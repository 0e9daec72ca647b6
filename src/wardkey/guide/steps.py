"""What a procedure of the guide is made of.

A step is words, and what somebody does meanwhile. The page, the pictures, the video, the PDF and
the test are all made from it: the words have a `{}` for each name on the screen, and the names are
those that the walk in a browser presses and fills in. So a step cannot name a button that is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Sample(Enum):
    """What is filled in by whoever walks: they know whose portal it is."""

    USERNAME = "username"
    PASSWORD = "password"
    ACCESS_PASS = "access_pass"
    HOLDER = "holder"
    NICKNAME = "nickname"
    OTHER_NICKNAME = "other_nickname"


@dataclass(frozen=True)
class Press:
    """A link or a button, by its name; `beside` says in which token's row."""

    name: Words
    beside: Sample | None = None


@dataclass(frozen=True)
class Fill:
    """A field, by its label."""

    name: Words
    sample: Sample


@dataclass(frozen=True)
class Search:
    sample: Sample


@dataclass(frozen=True)
class Follow:
    """A link whose name is a person's."""

    sample: Sample


@dataclass(frozen=True)
class Choose:
    """One of several radios, by a nickname."""

    sample: Sample


@dataclass(frozen=True)
class Insert:
    """The token, with its PIN and a touch as soon as it is asked."""


@dataclass(frozen=True)
class Read:
    """The green message that begins with Success."""

    name: Words


@dataclass(frozen=True)
class Elsewhere:
    """A name on a screen that is not the portal's, which no walk reaches."""

    name: Words


Act = Press | Fill | Search | Follow | Choose | Insert | Read | Elsewhere


@dataclass(frozen=True)
class Picture:
    """A file of static/guide/pictures, and what there is to see on it."""

    name: str
    alt: Words

    @property
    def file(self) -> str:
        return f"guide/pictures/{self.name}.png"


@dataclass(frozen=True)
class Drawing:
    """A file of static/guide/drawings, and what there is to see on it: what a hand does, or a
    window that belongs to the browser and that no program of ours can photograph."""

    name: str
    alt: Words

    @property
    def file(self) -> str:
        return f"guide/drawings/{self.name}.svg"


@dataclass(frozen=True)
class Step:
    words: Words
    acts: tuple[Act, ...] = ()
    picture: Picture | None = None
    note: Words = ""
    drawing: Drawing | None = None

    @property
    def shown_beside(self) -> list[Picture | Drawing]:
        return [each for each in (self.picture, self.drawing) if each]

    @property
    def names(self) -> list[Words]:
        """The names on the screen, in the order in which the words have them."""
        return [act.name for act in self.acts if isinstance(act, (Press, Fill, Read, Elsewhere))]

    @property
    def html(self) -> str:
        names = [format_html("<b>{}</b>", name) for name in self.names]
        return format_html(str(self.words), *names) if names else str(self.words)

    @property
    def told(self) -> str:
        return str(self.words).format(*(f"“{name}”" for name in self.names))


class Reader(Enum):
    """Who acts."""

    ADMINISTRATOR = _("For local administrators")
    HOLDER = _("For everybody with a token")


@dataclass(frozen=True)
class Procedure:
    """`starts_with_token`: the walk finds one registered, under its nickname."""

    slug: str
    title: Words
    summary: Words
    reader: Reader
    steps: tuple[Step, ...]
    starts_with_token: bool = True

    @property
    def numbered(self) -> Iterator[tuple[int, Step]]:
        return enumerate(self.steps, start=1)
