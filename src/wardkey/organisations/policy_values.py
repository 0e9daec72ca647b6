"""What an organisation decides about its people: each value once, and how strict its choices are.

    VALUES          by name; docs/policy.md explains them, a test holds it to this file
    read            a decision's text, as it is kept, to what was chosen
    is_as_strict    the order in which a value may be changed below
    stricter, looser

A decision is kept as text: the choice, and behind `listed:` the ids of the key models with commas
between. A list is as strict as another if it has no model more.
"""

import uuid
from dataclasses import dataclass, field

from django.conf import settings

LISTED = "listed"
YES, NO = "yes", "no"
ON, OFF = "on", "off"
MODELS_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """`models` are ids of key models, and only a list has any. `str()` is how it is kept."""

    choice: str
    models: frozenset[uuid.UUID] = field(default_factory=frozenset)

    def __str__(self) -> str:
        if self.choice != LISTED:
            return self.choice
        return f"{LISTED}:{','.join(sorted(map(str, self.models)))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """`choices` begin with the loosest. Nobody decides anything looser than `floor`; the demo's
    may be lower."""

    name: str
    choices: tuple[str, ...]
    default: str
    floor: str
    floor_of_demo: str = ""

    @property
    def delegation(self) -> str:
        """Under this name an organisation decides whether those below it may be looser."""
        return f"{self.name}.delegated"

    @property
    def lowest(self) -> Chosen:
        return Chosen(self.floor_of_demo if settings.DEMO and self.floor_of_demo else self.floor)

    @property
    def strictest(self) -> Chosen:
        return Chosen(self.choices[-1])


SECOND_FACTOR = Value(
    name="second_factor",
    choices=("optional", "administrators", "everyone"),
    default="everyone",
    floor="administrators",
    floor_of_demo="optional",
)
HANDOVER = Value(
    name="handover",
    choices=("first_use", "confirmed"),
    default="confirmed",
    floor="first_use",
)
MODELS = Value(
    name="models",
    choices=("any", "attested", LISTED),
    default="any",
    floor="any",
)
MINIMUM_CERTIFICATION = Value(
    name="minimum_certification",
    choices=tuple("0123456"),
    default="0",
    floor="0",
)
SYNCED_PASSKEYS = Value(
    name="synced_passkeys",
    choices=("allowed", "refused"),
    default="refused",
    floor="allowed",
)
KEYS_A_PERSON = Value(
    name="keys_a_person",
    choices=tuple(str(number) for number in range(10, 0, -1)),
    default="10",
    floor="10",
)
SUSPEND_ON_COUNT_FALL = Value(
    name="suspend_on_count_fall",
    choices=(NO, YES),
    default=NO,
    floor=NO,
)
ADMINISTRATORS_KEYS = Value(
    name="administrators_keys",
    choices=("one", "two", "nobody_else"),
    default="one",
    floor="one",
)
# Other factors than a key can be phished, read out or copied: whoever wants them decides so.
AUTHENTICATOR_APP = Value(
    name="authenticator_app",
    choices=(ON, OFF),
    default=OFF,
    floor=ON,
)
RECOVERY_CODES = Value(
    name="recovery_codes",
    choices=(ON, OFF),
    default=OFF,
    floor=ON,
)
DAY_PASS = Value(
    name="day_pass",
    choices=(ON, OFF),
    default=OFF,
    floor=ON,
)
BESIDE_A_KEY = Value(
    name="other_factors_beside_key",
    choices=("offered", "not_offered"),
    default="not_offered",
    floor="offered",
)

VALUES = {
    value.name: value
    for value in (
        SECOND_FACTOR,
        MODELS,
        MINIMUM_CERTIFICATION,
        SYNCED_PASSKEYS,
        KEYS_A_PERSON,
        HANDOVER,
        SUSPEND_ON_COUNT_FALL,
        ADMINISTRATORS_KEYS,
        AUTHENTICATOR_APP,
        RECOVERY_CODES,
        DAY_PASS,
        BESIDE_A_KEY,
    )
}


def read(value: Value, text: str) -> Chosen:
    """Raises ValueError where it is no choice of this value."""
    choice, _colon, ids = text.partition(":")
    if choice not in value.choices or (ids and choice != LISTED):
        raise ValueError(f"{text[:40]!r} is no choice of {value.name}")
    models = frozenset(uuid.UUID(id) for id in ids.split(",") if id)
    if len(models) > MODELS_AT_MOST:
        raise ValueError("too many models")
    return Chosen(choice, models)


def lets_nobody_in(text: str) -> bool:
    """Whether it is a list without a model, however it was written."""
    choice, _colon, ids = text.partition(":")
    return choice == LISTED and not ids.replace(",", "")


def is_as_strict(value: Value, one: Chosen, other: Chosen) -> bool:
    """Whether `one` lets in nothing that `other` keeps out."""
    place, other_place = value.choices.index(one.choice), value.choices.index(other.choice)
    return place > other_place or (place == other_place and one.models <= other.models)


def stricter(value: Value, one: Chosen, other: Chosen) -> Chosen:
    """What both let in."""
    if is_as_strict(value, one, other):
        return one
    if is_as_strict(value, other, one):
        return other
    return Chosen(LISTED, one.models & other.models)


def looser(value: Value, one: Chosen, other: Chosen) -> Chosen:
    """What either lets in."""
    if is_as_strict(value, one, other):
        return other
    if is_as_strict(value, other, one):
        return one
    return Chosen(LISTED, one.models | other.models)
