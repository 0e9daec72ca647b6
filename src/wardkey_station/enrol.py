"""Somebody gets a token: it is registered on their behalf, with a PIN for its first use.

    enrol        the key in the port, from its PIN to its credential at the portal
    Enrolling    what that takes

In the order in which nothing is lost: what the portal wants, before anything is changed; the PIN,
written down before the key has it; the key's answer, noted before the portal hears of it; and last
what the key shall ask of its holder. Whoever is stopped in between begins again, and goes on.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fido2.ctap2.pin import ClientPin
from fido2.utils import websafe_decode

from . import key_models, log
from .at_portal import Counter, Declined
from .device import Key, talking_to_keys
from .errors import Exit, Refused
from .handing import Handing, Task
from .info import can_force_pin_change
from .journal import Journal, Noted, Step
from .log import Log
from .making import (
    credential_made,
    holds_one_of,
    require_for_this_portal,
    require_not_registered,
)
from .nicknames import free_nickname
from .pin import Demands, WrongPin, impose, pin_failures_noted, require_pin_support
from .portal_client import Unreachable
from .ports import Port
from .screen import Screen
from .serials import require_free_serial_number, serial_number_of
from .words import _

PAUSES = (1.0, 3.0, 10.0)  # seconds between two tries to tell the portal


@dataclass
class Enrolling:
    counter: Counter
    journal: Journal
    handing: Handing
    port: Port
    screen: Screen
    log: Log


def enrol(task: Task, key: Key, with_: Enrolling) -> Noted:
    """Raises Refused, Declined; Unreachable where it is open whether the portal has it."""
    require_pin_support(key)
    noted = with_.journal.of_person(task.row, task.person.id)
    if noted.step == Step.ANSWERED:
        noted = delivered_after_all(task, noted, with_) or noted
    if noted.step == Step.REGISTERED:
        require_the_same(key, task, noted)
        pin = pin_known(task, key, with_) if asks_for_another(key, noted, with_) else ""
        return finished(task, key, pin, with_)
    serial_number = serial_number_of(key, task, with_.screen)
    require_free_serial_number(serial_number, task, with_)
    begun = with_.counter.begin_registration(task.person)
    require_for_this_portal(begun["public_key"], with_.counter.portal)
    require_not_registered(key, begun["public_key"])
    nickname = nickname_for(task, key, with_)
    pin = pin_on(task, key, serial_number, with_)
    credential = touched(task, key, begun["public_key"], pin, with_)
    with_.journal.note(
        task.row,
        Step.ANSWERED,
        serial_number=serial_number,
        aaguid=key.aaguid,
        nickname=nickname,
        once=uuid.uuid4().hex,
        rp_id=str(begun["public_key"]["rp"]["id"]),
        credential_id=credential["id"],
        fields={
            "registration_id": begun["registration_id"],
            "credential": credential,
            "nickname": nickname,
            "serial_number": serial_number or None,
        },
    )
    deliver(task, with_)
    return finished(task, key, pin, with_)


# -- the PIN


def pin_on(task: Task, key: Key, serial_number: str, with_: Enrolling) -> str:
    if key.info.options["clientPin"]:
        pin = pin_known(task, key, with_)
        is_ours = is_ours_on(key, with_.journal.of(task.row))
        with_.journal.note(task.row, Step.NOTHING, has_our_pin=is_ours, **whose(task))
        if not is_ours:
            with_.handing.forget(task)
        return pin
    pin = with_.handing.pin_for(task, key, serial_number)
    with_.journal.note(
        task.row,
        Step.PIN,
        serial_number=serial_number,
        aaguid=key.aaguid,
        has_our_pin=True,
        where=with_.handing.where(task),
        fields={},
        **whose(task),
    )
    with talking_to_keys():
        ClientPin(key.ctap).set_pin(pin)
    return pin


def is_ours_on(key: Key, noted: Noted) -> bool:
    """The row was stopped after its key had got a PIN from us, and this is that key."""
    same = not key.serial_number or key.serial_number == noted.serial_number
    return noted.has_our_pin and same and key.aaguid == noted.aaguid


def pin_known(task: Task, key: Key, with_: Enrolling) -> str:
    """Of a key that has one: ours; else whoever sits there knows it, or the key is somebody's."""
    handing, screen = with_.handing, with_.screen
    is_ours = is_ours_on(key, with_.journal.of(task.row))
    if is_ours and (known := handing.known(task)):
        return known
    if handing.chosen:
        return handing.chosen
    if not screen.is_attended:
        raise refusal(
            _(
                "This token has a PIN already. Reset it with `wardkey-station reset`, or give its "
                "PIN with --stdin. Nothing was changed."
            )
        )
    if is_ours:
        where = with_.journal.of(task.row).where or handing.where(task)
        screen.say(_("Its PIN stands in {where}.").format(where=where))
    typed = screen.ask_unseen(_("This token has a PIN already. PIN, or Enter to take another:"))
    if not typed:
        raise refusal(_("Take it out and insert another one. Nothing was changed."))
    return typed


# -- the credential


def nickname_for(task: Task, key: Key, with_: Enrolling) -> str:
    wished = task.nickname or model_name(key, with_)
    return free_nickname(wished, with_.counter.keys_of(task.person))


def touched(
    task: Task, key: Key, options: dict[str, Any], pin: str, with_: Enrolling
) -> dict[str, Any]:
    with_.screen.gesture = _("{name}: touch the token").format(name=task.person.name)
    try:
        with talking_to_keys(), pin_failures_noted(key, with_.log, with_.screen):
            return credential_made(key, options, pin, with_.counter.portal)
    except WrongPin as wrong:
        raise refusal(_("The PIN is wrong. The token was not registered.")) from wrong
    finally:
        with_.screen.gesture = ""


def model_name(key: Key, with_: Enrolling) -> str:
    found = None
    with suppress(Unreachable):
        found = with_.counter.portal.model_of(key.aaguid)
    found = found or key_models.model_of(key.aaguid)
    return found.name if found else key.place.product_name or _("Token")


def deliver(task: Task, with_: Enrolling) -> Noted:
    """The same answer under the same Idempotency-Key, until the portal has it."""
    noted = with_.journal.of(task.row)
    for pause in (*PAUSES, None):
        try:
            told = with_.counter.register(task.person, noted.fields, once=noted.once)
        except Unreachable:
            if pause is None:
                raise
            with_.port.pause(pause)
        else:
            return registered(task, told, with_)
    raise AssertionError


def registered(task: Task, told: dict[str, Any], with_: Enrolling) -> Noted:
    nickname = str(told.get("nickname", ""))
    return with_.journal.note(
        task.row, Step.REGISTERED, key_id=str(told.get("id", "")), nickname=nickname, fields={}
    )


def delivered_after_all(task: Task, noted: Noted, with_: Enrolling) -> Noted | None:
    """The key answered, and nobody knows whether the portal heard: it is told again, and asked.
    None where it has nothing, and the key has to answer anew."""
    with suppress(Declined):
        return deliver(task, with_)
    for told in with_.counter.keys_of(task.person):
        same = noted.nickname, noted.aaguid, noted.serial_number or None
        if same == (told.get("nickname"), told.get("aaguid"), told.get("serial_number")):
            return registered(task, told, with_)
    return None


# -- afterwards


def require_the_same(key: Key, task: Task, noted: Noted) -> None:
    """Two blank tokens of a model look alike, and some tell no serial number: the credential does
    not lie. One who gets the other would have a token that opens nothing, and a PIN of this one."""
    differs = key.serial_number and noted.serial_number and key.serial_number != noted.serial_number
    if not differs and (not noted.credential_id or holds(key, noted)):
        return
    said = _(
        'This is another token than the one that was registered for {name} as "{nickname}", '
        "serial number {number}. Insert that one. Is it lost, or was it reset? Then remove it in "
        "the portal, and begin again with another --journal. Nothing was changed."
    )
    number = noted.serial_number or _("not told")
    said = said.format(name=task.person.name, nickname=noted.nickname, number=number)
    raise Refused(said, exit_status=Exit.MORE_THAN_ONE_KEY)


def holds(key: Key, noted: Noted) -> bool:
    credential = {"type": "public-key", "id": websafe_decode(noted.credential_id)}
    return holds_one_of(key, noted.rp_id, [credential])


def asks_for_another(key: Key, noted: Noted, with_: Enrolling) -> bool:
    """A PIN that somebody else chose is not for long."""
    return not with_.handing.keeps_pin and is_ours_on(key, noted) and can_force_pin_change(key)


def finished(task: Task, key: Key, pin: str, with_: Enrolling) -> Noted:
    noted = with_.journal.of(task.row)
    if asks_for_another(key, noted, with_):
        force_another_pin(key.asked_anew(), pin, with_)
    elif noted.has_our_pin and not with_.handing.keeps_pin:
        with_.screen.say(_("This token cannot ask for another PIN by itself. Its slip does."))
    with_.log.record(log.ENROLLED, key, with_.screen)
    return with_.journal.note(task.row, Step.DONE, **whose(task))


def whose(task: Task) -> dict[str, str]:
    """By which the row is known again, without asking the portal."""
    person = task.person
    named = {"person": person.id, "username": person.username, "name": person.name}
    return {**named, "listed": task.listed}


def force_another_pin(key: Key, pin: str, with_: Enrolling) -> None:
    if not key.info.force_pin_change:
        demands = Demands(change_forced=True)
        impose(demands, key=key, pin=pin, screen=with_.screen, log=with_.log)


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.PIN)
