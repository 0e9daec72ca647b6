"""The demo's organisations and people. All are invented; `.example` is nobody's domain.

NAMED are the nine that the documents speak of. None of them has a key: theirs is to walk the
guide. COLLEAGUES joined before the month that the demo remembers, or on one of its working days,
and most were given a key on one; the first working day is 0.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..keys.reasons import Reason
from ..organisations.policy_values import HANDOVER, SECOND_FACTOR, YES
from ..people.models import Role

PASSWORD = "wardkey-demo-only"

PLATFORM, NORTH, SOUTH = "PLATFORM", "NORTH", "SOUTH"
ORGANISATIONS = {
    PLATFORM: ("Wardkey Platform", None),
    NORTH: ("Northside Hospital Trust", PLATFORM),
    SOUTH: ("Southside Community Health", PLATFORM),
}
DOMAINS = {PLATFORM: "wardkey.example", NORTH: "northside.example", SOUTH: "southside.example"}
# The guide's way: a key is an option, and belongs to its holder from the first use.
# The platform lets those below decide both for themselves.
POLICIES = {
    PLATFORM: {SECOND_FACTOR.delegation: YES, HANDOVER.delegation: YES},
    NORTH: {SECOND_FACTOR.name: "optional", HANDOVER.name: "first_use"},
}

BEFORE = -1  # the month


class Character(NamedTuple):
    """`joined` and `key_on` are working days of the month; `role` holds on the home."""

    short: str
    name: str
    organisation: str
    joined: int = BEFORE
    key_on: int | None = None
    nickname: str = ""
    model: str = ""
    role: Role | None = None

    @property
    def username(self) -> str:
        return f"{self.short}@{DOMAINS[self.organisation]}"


NAMED = (
    Character("asha", "Asha Kulkarni", NORTH, role=Role.LOCAL_ADMINISTRATOR),
    Character("priya", "Priya Ramaswamy", NORTH, role=Role.PRIMARY_LOCAL_ADMINISTRATOR),
    Character("ben", "Ben Aldersea", NORTH),
    Character("dev", "Dev Chandrasen", NORTH),
    Character("hal", "Hal Brennock", NORTH, role=Role.HELPDESK),
    Character("olu", "Olu Adebanwi", NORTH, role=Role.AUDITOR),
    # Both came at the end of the month, and have been given no key so far.
    Character("cara", "Cara Llewelyn-Moss", SOUTH, joined=17, role=Role.LOCAL_ADMINISTRATOR),
    Character("eve", "Eve Tanrikulu", SOUTH, joined=16),
    Character("root", "Robin Ashdene", PLATFORM, role=Role.PLATFORM_ADMINISTRATOR),
)

COLLEAGUES = (
    # Nurses, doctors, pharmacists, clerks … of Northside
    Character("adaeze.n", "Adaeze Nwokoma", NORTH, BEFORE, 1, "Blue, on my lanyard", "Thistle Two"),
    Character("arjun.b", "Arjun Bhattari", NORTH, BEFORE, 1, "Theatre 3", "Thistle Two NFC"),
    Character("bronwen.p", "Bronwen Pryderi", NORTH, BEFORE, 2, "Ward 7 desk", "Heron Key A"),
    Character("chidi.o", "Chidi Obiakor", NORTH, BEFORE),
    Character("deirdre.m", "Deirdre Mac Amhlaoibh", NORTH, BEFORE, 3, "Deirdre", "Heron Key C"),
    Character("emre.y", "Emre Yıldızhan", NORTH, BEFORE, 3, "Mavi anahtar", "Rowan Key"),
    Character("fatou.d", "Fatou Diabaté", NORTH, BEFORE, 5, "Pharmacy", "Lantern Card"),
    Character("grzegorz.w", "Grzegorz Wiśniowiecki", NORTH, BEFORE),
    Character("hana.s", "Hana Sugimori", NORTH, BEFORE, 6, "花のキー", "Thistle Bio"),
    # A model of which a weakness was reported: in Tokens to replace.
    Character("imran.q", "Imran Qureshi-Vale", NORTH, BEFORE, 7, "Red", "Quarry Key 4"),
    Character("jolene.k", "Jolene Kaapo", NORTH, BEFORE),
    Character("katya.v", "Katya Voronchuk", NORTH, 2, 3, "Outpatients", "Heron Key A"),
    Character("leila.h", "Leïla Haddouchi", NORTH, 4, 4, "Night shift", "Thistle One NFC"),
    Character("magnus.t", "Magnus Tveitane", NORTH, BEFORE, 9, "Laptop bag", "Osprey Stick"),
    Character("noor.a", "Noor al-Rashidi", NORTH, 8, 9, "Green", "Thistle Two"),
    Character("pilar.g", "Pilar Goikoetxea", NORTH, 12, 13, "Radiology", "Lantern Card Nano"),
    Character("quynh.l", "Quỳnh Lê Thảo", NORTH, 15, 18, "Locker 212", "Rowan Key"),
    # of Southside, where everybody needs one
    Character(
        *("marisol", "Marisol Etxarri", SOUTH, BEFORE, 0, "Every day", "Heron Key FIPS"),
        role=Role.LOCAL_ADMINISTRATOR,
    ),
    Character("ruth.o", "Ruth Ofori-Penn", SOUTH, BEFORE, 1, "Clinic A", "Heron Key FIPS"),
    Character("sanjay.m", "Sanjay Mehrotri", SOUTH, BEFORE, 1, "Clinic B", "Heron Key FIPS"),
    Character("tamsin.c", "Tamsin Carrow", SOUTH, BEFORE, 1, "Reception", "Heron Key FIPS"),
    Character("umar.j", "Umar Jallohi", SOUTH, BEFORE, 2, "Umar's", "Thistle Two NFC"),
    Character("vasile.p", "Vasile Petrănescu", SOUTH, BEFORE, 2, "Visits", "Thistle Two NFC"),
    Character("wanjiru.k", "Wanjirũ Kamanthe", SOUTH, BEFORE, 4, "Black", "Thistle Two"),
    Character("xenia.d", "Xénia Dragoumani", SOUTH, BEFORE, 4, "Physiotherapy", "Rowan Key Bio"),
    Character("yusuf.e", "Yusuf Erdemir", SOUTH, 6, 6, "Pharmacy", "Thistle Two"),
    Character("zofia.l", "Zofia Lewandowicz", SOUTH, 7, 8, "Zosia", "Saddle Token NFC"),
    Character("anwen.r", "Anwen Rhydderch", SOUTH, 10, 10, "District round", "Lantern Card"),
    Character("bilal.s", "Bilal Siddiqani", SOUTH, 14, 15, "Bilal", "Thistle Two NFC"),
    Character(
        *("ines.t", "Inês Tavarede", SOUTH, BEFORE, 3, "Helpdesk", "Heron Key C"),
        role=Role.HELPDESK,
    ),
)


# As the demo begins: who is to come, who leaves and what becomes of the key, who visits whom.
NEWCOMER = Character("oisin.f", "Oisín Fionnlagh", NORTH)
LEAVER, GUEST, LENT_TO_GUEST = "magnus.t", "umar.j", "Grey, no. 17"


class Registration(NamedTuple):
    day: int
    by: str
    short: str
    nickname: str
    model: str


class Renaming(NamedTuple):
    day: int
    by: str
    short: str
    was: str
    nickname: str


class Removal(NamedTuple):
    day: int
    by: str
    short: str
    nickname: str
    reason: Reason


class Suspension(NamedTuple):
    day: int
    by: str
    short: str
    nickname: str


class Appointment(NamedTuple):
    day: int
    by: str
    short: str
    role: Role
    organisation: str


class StandIn(NamedTuple):
    """`days` is how long the role holds."""

    day: int
    short: str
    role: Role
    organisation: str
    days: int


# One person with roles in two organisations: at home, and where she stands in for a while.
APPOINTMENTS = (Appointment(10, "priya", "deirdre.m", Role.HELPDESK, NORTH),)
STAND_INS = (StandIn(14, "deirdre.m", Role.LOCAL_ADMINISTRATOR, SOUTH, days=60),)
# Who does not sign in: a key that was registered for them waits.
AWAY = {"jolene.k"}
# Who registers the first keys, by turns.
REGISTRARS = {NORTH: ("asha", "priya"), SOUTH: ("marisol",)}
FURTHER_KEYS = (
    Registration(2, "marisol", "marisol", "Spare, in the safe", "Heron Key FIPS"),
    Registration(6, "adaeze.n", "adaeze.n", "Spare at home", "Thistle One"),
    Registration(12, "ruth.o", "ruth.o", "Spare", "Thistle Two"),
    Registration(11, "asha", "bronwen.p", "Ward 7, new", "Heron Key A"),
    Registration(14, "marisol", "vasile.p", "Home visits", "Thistle Two NFC"),
    Registration(17, "priya", "jolene.k", "For your return", "Rowan Key Mini"),
)
RENAMINGS = (
    Renaming(5, "asha", "arjun.b", "Theatre 3", "Theatre 5"),
    Renaming(9, "marisol", "tamsin.c", "Reception", "Front desk"),
    Renaming(14, "hana.s", "hana.s", "花のキー", "花"),
    Renaming(16, "priya", "imran.q", "Red", "Red, with the notch"),
)
REMOVALS = (
    Removal(11, "asha", "bronwen.p", "Ward 7 desk", Reason.BROKEN),
    Removal(13, "marisol", "vasile.p", "Visits", Reason.LOST),
    Removal(17, "adaeze.n", "adaeze.n", "Spare at home", Reason.RETURNED),
)
# Reported at the helpdesk, and not found so far.
SUSPENSIONS = (Suspension(18, "hal", "noor.a", "Green"),)


def first_keys() -> Iterator[Registration]:
    for character in COLLEAGUES:
        if character.key_on is not None:
            registrars = REGISTRARS[character.organisation]
            by = registrars[character.key_on % len(registrars)]
            yield Registration(
                character.key_on, by, character.short, character.nickname, character.model
            )
