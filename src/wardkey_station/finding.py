"""Who is meant: a user name, an id, or words that a name begins with.

person_meant   the one; asks where there are several, refuses where nobody can be asked
people_named   for lists, which nobody reads along: whom the words name exactly
"""

import re

from .at_portal import Counter, Person
from .errors import Exit, Refused
from .screen import Screen
from .words import _

AN_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FEW, MANY = 20, 100


def person_meant(words: str, counter: Counter, screen: Screen) -> Person:
    found = people_found(words.strip(), counter)
    if not found:
        said = _('Nobody in your reach is found by "{words}". Check the spelling.')
        raise refusal(said.format(words=words))
    return found[0] if len(found) == 1 else chosen(found, words, screen)


def people_found(words: str, counter: Counter) -> list[Person]:
    """One only, where a user name or an id is exactly so."""
    if not words:
        return []
    if AN_ID.fullmatch(words):
        person = counter.person(words)
        return [person] if person else []
    found = counter.people(words, at_most=FEW)
    exact = [each for each in found if each.username.casefold() == words.casefold()]
    return exact or found


def people_named(words: str, counter: Counter) -> tuple[list[Person], list[Person]]:
    """By id, user name, address, or a whole name, in that order; and all whom the words find. Where
    more are found than are told, nobody knows whether a name is one person's."""
    if AN_ID.fullmatch(words):
        found = people_found(words, counter)
        return found, found
    found, wanted = counter.people(words, at_most=MANY), words.casefold()
    by_username = [each for each in found if each.username.casefold() == wanted]
    by_address = [each for each in found if each.email.casefold() == wanted]
    by_name = [each for each in found if each.name.casefold() == wanted and len(found) < MANY]
    return by_username or by_address or by_name, found


def chosen(found: list[Person], words: str, screen: Screen) -> Person:
    told = [f"{each.name}, {each.username}" for each in found]
    if not screen.is_attended:
        said = _('"{words}" finds {number} people. Give the user name: {people}')
        people = "; ".join(told)
        raise refusal(said.format(words=words, number=len(found), people=people))
    screen.table([(str(number), each) for number, each in enumerate(told, 1)])
    answer = screen.ask(_("Which one? Number:"))
    if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(found)):
        raise refusal(_("Nobody was chosen. Nothing was done."))
    return found[int(answer) - 1]


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
