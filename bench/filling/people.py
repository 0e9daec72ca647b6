"""People with a home, an address, a number of the payroll, and the words they are found by.

Most organisations have about 80; one in three thousand has 5,000. Of all people 89 in a hundred are
here, the others are suspended, leaving or long gone. Each organisation with anybody in it has one
administrator; those of regions and trusts look after what is below.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, repeat
from random import Random

from wardkey.base.text import canonical_name, search_form, search_words
from wardkey.people.models import (
    ContactPoint,
    ExternalId,
    Membership,
    Person,
    RoleGrant,
    SearchWord,
    UnpairedWord,
    WordPair,
    WordPart,
)
from wardkey.people.pairs import pairs_of, unpaired
from wardkey.people.parts import has_a_middle, parts_of

from .names import NamesByRegion
from .organisations import Place, Tree
from .writing import moment, uuid_from
from .writing import write as write_rows

LARGE, ORGANISATIONS_A_LARGE_ONE = 5_000, 3_000
DAYS = 1_200  # over which they came
IS_GONE, IS_SUSPENDED, IS_LEAVING = 0.09, 0.10, 0.11  # up to which chance somebody is it

PERSON = (
    *("id", "password", "username", "username_key", "name", "home", "status", "language"),
    *("user_handle", "oidc_subject", "security_stamp", "second_factor_since"),
    *("created_at", "starts_at", "last_day", "closes_at"),
)
GRANT = ("person", "role", "organisation", "with_those_below", "starts_at", "asleep_reason")


@dataclass(slots=True)
class Crowd:
    """Whoever is written, by number: their id and home. By its id, the number of whoever looks
    after an organisation; by that of a trust, the id of somebody who registers its keys."""

    ids: list[str]
    homes: list[Place]
    began: datetime
    looked_after: dict[int, int] = field(default_factory=dict)
    administrators: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, (person, home) in enumerate(zip(self.ids, self.homes, strict=True)):
            self.administrators.setdefault(home.trust, person)
            self.looked_after.setdefault(home.id, number)


@dataclass(slots=True)
class Written:
    number: int
    name: str
    username: str
    mail: str


def write(people: int, tree: Tree, chance: Random) -> Crowd:
    ids = [uuid_from(chance.getrandbits(128)) for _ in range(people)]
    crowd = Crowd(ids, _homes(people, tree, chance), datetime.now(UTC) - timedelta(days=DAYS))
    write_rows(Person, PERSON, _people(crowd, chance, seed := chance.random()))
    _write_what_they_have(crowd, seed)
    write_rows(RoleGrant, GRANT, _grants(crowd))
    return crowd


def _homes(people: int, tree: Tree, chance: Random) -> list[Place]:
    large = chance.sample(tree.wards, len(tree.places) // ORGANISATIONS_A_LARGE_ONE)
    in_large = list(chain.from_iterable(repeat(place, LARGE) for place in large))
    sizes = list(accumulate(chance.lognormvariate(0, 0.6) for _ in tree.places))
    homes = in_large + chance.choices(tree.places, cum_weights=sizes, k=people - len(in_large))
    chance.shuffle(homes)
    return homes


def _written(crowd: Crowd, seed: float) -> Iterator[Written]:
    """The same each time, so that nobody has to be remembered."""
    chance = Random(seed)
    names, taken = NamesByRegion(chance), Counter[str]()
    for number, home in enumerate(crowd.homes):
        given, family = names.draw(home.region)
        plain = ".".join(search_form(f"{given} {family}").replace("'", "").split())
        taken[plain] += 1
        username = f"{plain}{taken[plain] if taken[plain] > 1 else ''}@f{home.trust}.example"
        mail = username if number % 5 else f"{plain[0]}.{username.partition('.')[2]}"
        yield Written(number, f"{given} {family}", username, mail)


def _people(crowd: Crowd, chance: Random, seed: float) -> Iterator[tuple[object, ...]]:
    day, stay = timedelta(days=1), set(crowd.looked_after.values())
    for each in _written(crowd, seed):
        came = crowd.began + chance.random() * DAYS * day
        luck = 1.0 if each.number in stay else chance.random()
        status, closes = _standing(luck, came)
        here = moment(came)
        yield (
            *(crowd.ids[each.number], f"!{chance.getrandbits(190):040x}"),
            *(each.username, canonical_name(each.username), each.name),
            *(crowd.homes[each.number].id, status, "en-gb"),
            *(chance.randbytes(64), uuid_from(chance.getrandbits(128))),
            *(uuid_from(chance.getrandbits(128)), here if chance.random() < 0.85 else None),
            *(here, here, closes and str(closes.date()), closes and moment(closes)),
        )


def _standing(luck: float, came: datetime) -> tuple[str, datetime | None]:
    """Status, and from when on nobody of that name is here."""
    now = datetime.now(UTC)
    if luck < IS_GONE:
        return "closed", came + luck / IS_GONE * (now - came)
    if luck < IS_SUSPENDED:
        return "suspended", None
    if luck < IS_LEAVING:
        return "active", now + timedelta(days=1 + luck * 100)
    return "active", None


def _write_what_they_have(crowd: Crowd, seed: float) -> None:
    ids, homes, began = crowd.ids, crowd.homes, moment(crowd.began)
    everybody = range(len(ids))
    write_rows(
        Membership,
        ("person", "organisation", "kind", "starts_at"),
        ((ids[each], homes[each].id, "home", began) for each in everybody),
    )
    write_rows(
        ExternalId,
        ("person", "source", "value"),
        ((ids[each], "payroll", f"P{each}") for each in everybody),
    )
    write_rows(
        ContactPoint,
        ("person", "kind", "value", "verified_at"),
        ((ids[each.number], "mail", each.mail, began) for each in _written(crowd, seed)),
    )
    middles: set[str] = set()
    write_rows(SearchWord, ("person", "organisation", "word"), _words(crowd, seed, middles))
    write_rows(WordPart, ("word", "part"), _parts(middles))
    without: set[str] = set()
    both = ("person", "organisation", "first", "second")
    write_rows(WordPair, both, _pairs(crowd, seed, without))
    write_rows(UnpairedWord, ("word",), ((word,) for word in sorted(without)))


def _parts(words: set[str]) -> Iterator[tuple[object, ...]]:
    for word in sorted(words):
        for part in sorted(parts_of(word)):
            yield word, part


def _words(crowd: Crowd, seed: float, middles: set[str]) -> Iterator[tuple[object, ...]]:
    """Those with a middle are put into `middles`."""
    for each in _written(crowd, seed):
        person, home = crowd.ids[each.number], crowd.homes[each.number].id
        # In no order, which an import does not have either.
        for word in search_words(each.name, each.username, each.mail):
            if has_a_middle(word):
                middles.add(word)
            yield person, home, word


def _pairs(crowd: Crowd, seed: float, without: set[str]) -> Iterator[tuple[object, ...]]:
    """Words of which none are kept are put into `without`."""
    for each in _written(crowd, seed):
        person, home = crowd.ids[each.number], crowd.homes[each.number].id
        words = search_words(each.name, each.username, each.mail)
        without |= unpaired(words)
        for first, second in pairs_of(words):
            yield person, home, first, second


def _grants(crowd: Crowd) -> Iterator[tuple[object, ...]]:
    began = moment(crowd.began)
    for number in crowd.looked_after.values():
        home = crowd.homes[number]
        role = "local_administrator" if home.level else "platform_administrator"
        yield crowd.ids[number], role, home.id, home.level < 4, began, ""
