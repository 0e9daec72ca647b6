"""Which key to buy: the certified models that fit what matters to whoever asks.

Wish                  what matters
fitting               the models that fit, those in use already first, without their pictures
side_by_side          two to four of them, in the order asked for
is_let_in             whether a policy lets new keys of a model in
certificate_numbers   under which FIDO lists its certificates, the latest first

Not among them, whatever is wished: models for which a weakness was reported; those that ask for
neither PIN nor fingerprint, since the portal wants one; and what is built into another device.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NotRequired  # pydantic wants these before Python 3.12

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from ..base import cache
from .attestation import Proved
from .catalogue import features, is_bad
from .models import Certification, KeyModel
from .plugs import plugs_told
from .policy import ModelPolicy, lets_in

FEWEST, MOST = 2, 4
LEVELS = tuple((level.value, level.label) for level in Certification if level)


class Report(TypedDict):
    status: str
    certificate_number: NotRequired[str]


class Row(TypedDict):
    """Of a KeyModel, what is told to everybody."""

    id: uuid.UUID
    name: str
    certification: Certification
    statuses: list[Report]
    user_verification: list[str]
    connections: list[str] | None
    minimum_pin_length: int | None


ROWS = TypeAdapter(list[Row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`certified` is the lowest Certification, `unlocked_by` pin, fingerprint or "", `connections`
    all have to be there, `plug` is one of plugs.PLUGS or "", `pin_length` is the shortest PIN that
    the model may take, 0 for any. `policy` has to let the model in, where there is one."""

    words: str = ""
    certified: int = Certification.L1
    unlocked_by: str = ""
    connections: frozenset[str] = field(default_factory=frozenset)
    plug: str = ""
    pin_length: int = 0
    policy: ModelPolicy | None = None


def fitting(wish: Wish, *, in_use: Collection[uuid.UUID] = ()) -> list[KeyModel]:
    """Some hundreds at most, by name. What is not told of a model fits no wish."""
    plugs = plugs_told() if wish.plug else {}
    found = [
        model
        for model in _certified()
        if _is_token(model) and _fits(model, wish) and _has_plug(model, wish, plugs)
    ]
    return sorted(found, key=lambda model: model.pk not in in_use)


def _certified() -> list[KeyModel]:
    """As they are, or were up to a minute ago. They have only what Row has: nobody saves them."""
    return [KeyModel(**row) for row in cache.kept("models", _certified_rows, shape=ROWS)]


def _certified_rows() -> list[Row]:
    certified = KeyModel.objects.filter(certification__gte=Certification.L1)
    return list(certified.values(*Row.__annotations__))


def _is_token(model: KeyModel) -> bool:
    return not is_bad(model) and bool(features(model)) and model.connections != ["built_in"]


def _fits(model: KeyModel, wish: Wish) -> bool:
    return (
        model.certification >= wish.certified
        and all(word in model.name.casefold() for word in wish.words.casefold().split())
        and (not wish.unlocked_by or wish.unlocked_by in features(model))
        and wish.connections <= set(model.connections or ())
        and (not wish.pin_length or (model.minimum_pin_length or 0) >= wish.pin_length)
        and (wish.policy is None or is_let_in(model, wish.policy))
    )


def _has_plug(model: KeyModel, wish: Wish, plugs: dict[uuid.UUID, list[str]]) -> bool:
    return not wish.plug or wish.plug in plugs.get(model.pk, ())


def side_by_side(ids: Sequence[uuid.UUID]) -> list[KeyModel]:
    """Those that `fitting` could return; the others are left out."""
    found = {model.pk: model for model in _certified() if _is_token(model)}
    return [found[id] for id in dict.fromkeys(ids) if id in found]


def is_let_in(model: KeyModel, policy: ModelPolicy) -> bool:
    """A key of that model that proves it, as its maker ships it: not synced, its firmware sound."""
    proved = Proved(attested=True, model_id=model.pk, certification=model.certification)
    return not is_bad(model) and lets_in(policy, proved)


def certificate_numbers(model: KeyModel) -> list[str]:
    told = [report.get("certificate_number", "") for report in reversed(model.statuses)]
    return list(dict.fromkeys(filter(None, told)))
