"""Which key this is, and what state it is in.

facts_of      asks the key
show_keys     every key that is in, as tables
print_keys    the same as a line of JSON each
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from fido2.ctap2.pin import ClientPin

from . import key_models
from .device import Key, opened_key, places_of, talking_to_keys
from .errors import Exit, Refused
from .key_models import KeyModel
from .portal_client import Portal, Unreachable
from .ports import Place, Port
from .screen import Screen
from .words import _


@dataclass(frozen=True)
class Facts:
    """Its names are those of the JSON, and stay. What a key does not tell is null or empty."""

    simulated: bool
    model: str | None
    icon: str | None
    aaguid: str | None
    serial_number: str | None
    connected_by: str
    unsupported: str | None
    firmware: str | None = None
    transports: list[str] = field(default_factory=list)
    pin_set: bool | None = None
    pin_retries: int | None = None
    pin_waits_for_replug: bool | None = None
    pin_change_forced: bool = False
    minimum_pin_length: int | None = None
    maximum_pin_bytes: int | None = None
    always_uv: bool | None = None
    built_in_uv: bool | None = None
    room_for_credentials: int | None = None
    certifications: dict[str, int] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)
    can_force_pin_change: bool = False
    long_touch_for_reset: bool = False


ModelOf = Callable[[str], KeyModel | None]


def models_from(portal: Portal | None, screen: Screen) -> ModelOf:
    """The portal's names first; where it does not answer, that is said once."""
    asked: list[Portal] = [portal] if portal else []

    def model_of(aaguid: str) -> KeyModel | None:
        try:
            if asked and (found := asked[0].model_of(aaguid)):
                return found
        except Unreachable as reason:
            asked.clear()
            screen.warn(_("{reason} The name is from the built-in list.").format(reason=reason))
        return key_models.model_of(aaguid)

    return model_of


def facts_of(key: Key, model_of: ModelOf) -> Facts:
    info, model = key.info, model_of(key.aaguid)
    retries, waits = pin_retries(key)
    with talking_to_keys():  # an answer may hold anything
        return Facts(
            simulated=key.is_simulated,
            model=model.name if model else key.place.product_name,
            icon=model.icon if model else None,
            aaguid=key.aaguid,
            serial_number=key.serial_number,
            connected_by=key.place.transport,
            unsupported=None if has_pin(key) else _("It has no PIN, and Wardkey asks for one."),
            firmware=key.firmware,
            transports=sorted(map(str, info.transports)),
            pin_set=info.options.get("clientPin"),
            pin_retries=retries,
            pin_waits_for_replug=waits,
            pin_change_forced=bool(info.force_pin_change),
            minimum_pin_length=int(info.min_pin_length) if has_pin(key) else None,
            maximum_pin_bytes=min(int(info.max_pin_length), 63) if has_pin(key) else None,
            always_uv=info.options.get("alwaysUv"),
            built_in_uv=info.options.get("uv"),
            room_for_credentials=info.remaining_disc_creds,
            certifications={str(name): int(level) for name, level in info.certifications.items()},
            versions=list(map(str, info.versions)),
            extensions=list(map(str, info.extensions)),
            can_force_pin_change=can_force_pin_change(key),
            long_touch_for_reset=bool(info.long_touch_for_reset),
        )


def has_pin(key: Key) -> bool:
    return "clientPin" in key.info.options and bool(key.info.pin_uv_protocols)


def can_force_pin_change(key: Key) -> bool:
    return key.info.options.get("setMinPINLength") is True


def pin_retries(key: Key) -> tuple[int | None, bool | None]:
    """How many wrong PINs are left, and whether the key has to be pulled out before the next one.

    Asked only of a key that has a PIN: the others answer with an error, or with nonsense.
    """
    if not (has_pin(key) and key.info.options["clientPin"]):
        return None, None
    with talking_to_keys():
        retries, waits = ClientPin(key.ctap).get_pin_retries()
        return int(retries), None if waits is None else bool(waits)


def all_facts(port: Port, model_of: ModelOf, screen: Screen) -> Iterator[Facts]:
    places = places_of(port)
    for place in places:
        try:
            with opened_key(port, place, screen.waiting_for_touch) as key:
                facts = facts_of(key, model_of)
        except Refused as refusal:
            if len(places) == 1 and refusal.exit_status != Exit.UNSUPPORTED:
                raise
            facts = facts_of_unsupported(port, place, str(refusal))
        yield facts


def facts_of_unsupported(port: Port, place: Place, why: str) -> Facts:
    return Facts(
        simulated=port.is_simulated,
        model=place.product_name,
        icon=None,
        aaguid=None,
        serial_number=place.serial_number,
        connected_by=place.transport,
        unsupported=why,
    )


def print_keys(*, port: Port, portal: Portal | None, screen: Screen) -> None:
    found = list(all_facts(port, models_from(portal, screen), screen))
    for facts in found:
        sys.stdout.write(json.dumps(asdict(facts)) + "\n")
    require_supported(found)


def show_keys(*, port: Port, portal: Portal | None, screen: Screen) -> None:
    found = list(all_facts(port, models_from(portal, screen), screen))
    for facts in found:
        screen.table(list(rows_of(facts)))
    require_supported(found)


def require_supported(found: list[Facts]) -> None:
    if all(facts.unsupported for facts in found):
        raise Refused(_("No token that Wardkey can use is inserted."), exit_status=Exit.UNSUPPORTED)


def rows_of(facts: Facts) -> Iterator[tuple[str, str]]:
    yield _("Model"), facts.model or _("unknown")
    if facts.simulated:
        yield _("Kind"), _("SIMULATED KEY")
    if facts.unsupported:
        yield _("Cannot be used"), facts.unsupported
    yield _("Serial number"), facts.serial_number or _("not told")
    yield _("Connected by"), facts.connected_by
    if facts.aaguid:
        yield from rows_of_the_model(facts)
        yield from rows_of_the_pin(facts)


def rows_of_the_model(facts: Facts) -> Iterator[tuple[str, str]]:
    yield _("Icon"), facts.icon or _("none")
    yield _("AAGUID"), facts.aaguid or ""
    yield _("Firmware"), facts.firmware or _("not told")
    yield _("Transports"), ", ".join(facts.transports) or _("not told")
    yield _("Room for credentials"), told(facts.room_for_credentials)
    certified = [f"{name} {level}" for name, level in sorted(facts.certifications.items())]
    yield _("Certifications"), ", ".join(certified) or _("not told")
    yield _("Versions"), ", ".join(facts.versions)
    yield _("Extensions"), ", ".join(facts.extensions) or _("none")


def rows_of_the_pin(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.pin_set is None:
        yield _("PIN"), _("this token has none")
        return
    yield _("PIN"), _("set") if facts.pin_set else _("not set")
    if facts.pin_retries is not None:
        yield _("Tries left"), str(facts.pin_retries)
    if facts.pin_waits_for_replug:
        yield _("Next"), _("Remove the token and insert it again before the next PIN.")
    yield _("Minimum PIN length"), told(facts.minimum_pin_length)
    yield _("PIN change forced"), yes_or_no(facts.pin_change_forced)
    yield _("Always asks for the PIN"), yes_or_no(facts.always_uv)


def told(number: int | None) -> str:
    return _("not told") if number is None else str(number)


def yes_or_no(value: bool | None) -> str:  # noqa: FBT001
    return _("yes") if value else _("no")
