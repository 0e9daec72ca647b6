"""What a frequently asked question is made of.

A name on the screen stands in “quotes”, so that a test can hold it to what the portal shows. What
somebody would type in search of it, and the answer does not say, stands in `also`.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .steps import Reader, Words


@dataclass(frozen=True)
class See:
    """A link to a page of the portal or the guide: the name and the ids of its route."""

    words: Words
    name: str
    ids: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.name, args=self.ids)


@dataclass(frozen=True)
class Question:
    """The first paragraph of the answer answers it; the others say more, the steps what to do."""

    slug: str
    asked: Words
    answer: tuple[Words, ...]
    steps: tuple[Words, ...] = ()
    reader: Reader = Reader.HOLDER
    see: tuple[See, ...] = ()
    also: Words = ""

    @property
    def address(self) -> str:
        return reverse("guide_question", args=(self.slug,))


@dataclass(frozen=True)
class Group:
    slug: str
    title: Words
    questions: tuple[Question, ...]


LOST = See(_("I lost my token"), "help_lost")
PIN = See(_("I forgot my PIN"), "help_pin")
MY_TOKENS = See(_("My FIDO2 tokens"), "my_keys")
LOGIN = See(_("Login"), "sign_in")
OTHERWISE = See(_("I don’t have my token"), "sign_in_other")
WHOM_TO_ASK = See(_("Whom you can ask"), "guide_help")


def question(slug: str, words: Words) -> See:
    return See(words, "guide_question", (slug,))
