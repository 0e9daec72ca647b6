"""Programs, which ask through the API in somebody's place: what the trail and its readers know of
them."""

import uuid
from dataclasses import dataclass

from ..audit import log
from ..audit.log import Actor
from .models import Person


@dataclass(frozen=True, slots=True)
class Program:
    """Both are empty where a person's own API token asks."""

    application_id: uuid.UUID | None = None
    name: str = ""


def actor_of(person: Person, program: Program | None) -> Actor:
    """Who the trail says did it."""
    if program is None:
        return log.person(person)
    return log.program(person, application_id=program.application_id, name=program.name)
