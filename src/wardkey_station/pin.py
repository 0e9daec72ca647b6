"""A key's PIN: the first one, and another in place of the old.

set_pin      a key without a PIN gets one
change_pin   the old PIN once, then the new one; never a third wrong PIN in a row
Demands      what the key shall ask for from then on, where it can
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fido2.ctap import CtapError
from fido2.ctap2.config import Config
from fido2.ctap2.pin import ClientPin

from . import log
from .device import Key, talking_to_keys
from .errors import Exit, Refused
from .info import can_force_pin_change, has_pin, pin_retries
from .log import Log
from .pin_entry import Pins, require_good
from .screen import Screen
from .words import _, counted

ERR = CtapError.ERR
MOST_RETRIES = 8  # CTAP 2.1 §6.5.2.2: no key has more


@dataclass(frozen=True)
class Demands:
    """Another PIN before the next use; and longer PINs from now on, in code points."""

    change_forced: bool = False
    fewest_characters: int | None = None

    @property
    def are_some(self) -> bool:
        return self.change_forced or self.fewest_characters is not None


class WrongPin(Exception):
    pass


def set_pin(*, key: Key, pins: Pins, screen: Screen, log: Log, demands: Demands) -> None:
    require_pin_support(key)
    require_possible(demands, key)
    if key.info.options["clientPin"]:
        raise refusal(_("This token has a PIN. Run `pin change` instead."))
    new = pins.new_pin()
    require_good_for(key, new, old=None, demands=demands)
    with said_of_refusals(_("Whether it has its PIN already, `wardkey-station info` tells.")):
        ClientPin(key.ctap).set_pin(new)
    impose(demands, key=key, pin=new, screen=screen, log=log)
    screen.say(_("Done. The token has its PIN now."))
    say_retries(key, screen)


def change_pin(*, key: Key, pins: Pins, screen: Screen, log: Log, demands: Demands) -> None:
    require_pin_support(key)
    require_possible(demands, key)
    if not key.info.options["clientPin"]:
        require_wish_to_set(pins, screen)
        return set_pin(key=key, pins=pins, screen=screen, log=log, demands=demands)
    require_tries_left(key, screen, log)
    old, new = pins.old_pin(), pins.new_pin()
    require_good_for(key, new, old=old, demands=demands)
    send_until_right(key=key, old=old, new=new, pins=pins, screen=screen, log=log)
    impose(demands, key=key, pin=new, screen=screen, log=log)
    screen.say(_("Done. The token has its new PIN now."))
    return say_retries(key, screen)


def send_until_right(*, key: Key, old: str, new: str, pins: Pins, screen: Screen, log: Log) -> None:
    """Each further try is somebody's explicit wish, and the second wrong PIN is the last."""
    for is_last in (False, True):
        try:
            return send_change(key, old, new, log, screen)
        except WrongPin:
            require_wish_to_try_again(pins, screen, key, is_last=is_last)
        old = pins.old_pin()
        require_good_for(key, new, old=old, demands=Demands())
    return None


def send_change(key: Key, old: str, new: str, log: Log, screen: Screen) -> None:
    unknown = _("Which PIN it has is not known: try the new one first, then the old one.")
    with said_of_refusals(unknown), pin_failures_noted(key, log, screen):
        ClientPin(key.ctap).change_pin(old, new)


@contextmanager
def said_of_refusals(open_question: str) -> Iterator[None]:
    """Talking to keys, at a moment at which a key that is pulled out leaves a question open."""
    try:
        with talking_to_keys():
            yield
    except Refused as refusal:
        raise told_with(open_question, refusal, only=Exit.DEVICE) from refusal.__cause__


def told_with(more: str, refusal: Refused, *, only: Exit | None = None) -> Refused:
    if only not in {None, refusal.exit_status}:
        return refusal
    return Refused(f"{refusal} {more}", exit_status=refusal.exit_status)


@contextmanager
def pin_failures_noted(key: Key, kept: Log, screen: Screen) -> Iterator[None]:
    try:
        yield
    except CtapError as error:
        if error.code == ERR.PIN_BLOCKED:
            kept.record(log.PIN_BLOCKED, key, screen, retries=0)
            raise blocked(key) from error
        if error.code not in {ERR.PIN_INVALID, ERR.PIN_AUTH_BLOCKED}:
            raise
        kept.record(log.PIN_FAILED, key, screen, retries=pin_retries(key)[0] or 0)
        if error.code == ERR.PIN_INVALID:
            raise WrongPin from error
        raise


def require_wish_to_try_again(pins: Pins, screen: Screen, key: Key, *, is_last: bool) -> None:
    wrong = _("The PIN is wrong.") + " " + tries_left(pin_retries(key)[0] or 0)
    if is_last:
        raise refusal(
            wrong
            + " "
            + _(
                "This was the second wrong PIN in a row, so the station stops here: after a "
                "third, the token takes none until it is removed and inserted again, and with no "
                "try left it can only be reset."
            )
        )
    screen.warn(wrong)
    if not (pins.can_be_asked_again and screen.ask_yes(_("Try another PIN?"))):
        raise refusal(_("The PIN was not changed."))


def require_wish_to_set(pins: Pins, screen: Screen) -> None:
    screen.warn(_("This token has no PIN yet."))
    if not (pins.can_be_asked_again and screen.ask_yes(_("Set one now?"))):
        raise refusal(_("Run `pin set` to give it one."))


def require_tries_left(key: Key, screen: Screen, kept: Log) -> None:
    retries, waits_for_replug = pin_retries(key)
    if retries == 0:
        kept.record(log.PIN_BLOCKED, key, screen, retries=0)
        raise blocked(key)
    if waits_for_replug:
        raise refusal(
            _("Three wrong PINs in a row: the token takes no more. Remove it and insert it again.")
        )
    screen.say(tries_left(retries or 0))
    if retries is not None and retries <= MOST_RETRIES - 2:
        screen.warn(
            _(
                "Wrong PINs were tried before. If the token was not removed since, remove it and "
                "insert it again first: a third wrong PIN in a row locks it until then."
            )
        )


def say_retries(key: Key, screen: Screen) -> None:
    screen.say(tries_left(pin_retries(key.asked_anew())[0] or 0))


def tries_left(number: int) -> str:
    return counted(
        "{number} try is left for the PIN.", "{number} tries are left for the PIN.", number
    )


def blocked(key: Key) -> Refused:
    said = _(
        "No PIN opens this token any more. It can only be reset, and every site's credentials on "
        "it are lost. First look up in the portal whose token it is: AAGUID {aaguid}, serial "
        "number {serial_number}."
    )
    told = key.serial_number or _("not told")
    return refusal(said.format(aaguid=key.aaguid, serial_number=told))


# -- what the key can do, and what it shall ask for


def require_pin_support(key: Key) -> None:
    if not has_pin(key):
        raise Refused(
            _("This token has no PIN, so Wardkey cannot use it."), exit_status=Exit.UNSUPPORTED
        )


def require_possible(demands: Demands, key: Key) -> None:
    if demands.are_some and not (can_force_pin_change(key) and Config.is_supported(key.info)):
        raise Refused(
            _("This token supports neither --force-change nor --min-length. Nothing was sent."),
            exit_status=Exit.UNSUPPORTED,
        )
    fewest = demands.fewest_characters
    if fewest is not None and fewest < key.info.min_pin_length:
        said = _(
            "The token asks for at least {fewest} characters already; that can only be raised."
        )
        raise Refused(said.format(fewest=key.info.min_pin_length), exit_status=Exit.INPUT)


def require_good_for(key: Key, pin: str, *, old: str | None, demands: Demands) -> None:
    require_good(
        pin,
        old=old,
        fewest=max(key.info.min_pin_length, demands.fewest_characters or 0),
        most=key.info.max_pin_length,
        serial_number=key.serial_number,
    )


def impose(demands: Demands, *, key: Key, pin: str, screen: Screen, log: Log) -> None:
    """CTAP 2.1 §6.11.4. The PIN was right a moment ago."""
    if not demands.are_some:
        return
    try:
        with talking_to_keys():
            send(demands, key, pin)
    except Refused as refusal:
        more = _("The token has its new PIN, but may not ask for what you demanded yet.")
        raise told_with(more, refusal) from refusal
    say_what_is_asked(demands, key, screen, log)


def send(demands: Demands, key: Key, pin: str) -> None:
    asking = ClientPin(key.ctap)
    proof = asking.get_pin_token(pin, ClientPin.PERMISSION.AUTHENTICATOR_CFG)
    config = Config(key.ctap, asking.protocol, proof)
    config.set_min_pin_length(demands.fewest_characters, force_change_pin=demands.change_forced)


def say_what_is_asked(demands: Demands, key: Key, screen: Screen, kept: Log) -> None:
    if demands.fewest_characters is not None:
        said = _("From now on its PIN has at least {fewest} characters.")
        screen.say(said.format(fewest=demands.fewest_characters))
    if demands.change_forced:
        kept.record(log.PIN_CHANGE_FORCED, key, screen)
        screen.say(_("Its holder has to change the PIN before they use the token."))


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.PIN)
