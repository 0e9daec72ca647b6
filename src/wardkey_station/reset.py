"""A key is reset: everything on it is erased, its PIN too.

reset_key    says what will be lost, asks twice, then leads through replug and touch
Consent      what was said on the command line instead of answers
"""

from collections.abc import Callable
from dataclasses import dataclass

from fido2.ctap import CtapError

from . import key_models, log
from .device import Key, opened_key, places_of, require_one, talking_to_keys
from .errors import Exit, Refused
from .keeping import Keeping
from .key_models import KeyModel
from .log import Log
from .portal_client import Portal, Unreachable
from .ports import Place, Port
from .screen import Screen
from .telling import Erased, Telling, tell_reset
from .words import N_, _

LOOK = 0.1  # seconds between two looks at what is inserted
LOOKS = 600  # for somebody to remove the key, and again to insert it: a minute
ROUNDS = 5  # replugs that came too late
LAST_DIGITS = 4
WORD = "RESET"
TOUCH = N_("Touch the token. If it blinks again, touch it again, within 10 seconds")
HOLD = N_("Touch the token and hold it until it stops blinking")


@dataclass(frozen=True)
class Consent:
    """`--yes` with the key's serial number, or its AAGUID where the key tells no number."""

    is_given: bool
    serial_number: str | None
    aaguid: str | None
    is_offline: bool


@dataclass(frozen=True)
class Known(Erased):
    """What is known of the key before it is removed."""

    likeness: tuple[object, ...]

    def require_same(self, key: Key) -> None:
        if key.likeness != self.likeness:
            said = _("This is another token than before. Nothing was erased. Insert the right one.")
            raise Refused(said, exit_status=Exit.MORE_THAN_ONE_KEY)


def reset_key(
    *,
    port: Port,
    portal: Portal | None,
    keeping: Keeping | None,
    consent: Consent,
    screen: Screen,
    log: Log,
) -> None:
    require_answers(consent, screen)
    portal = None if consent.is_offline else portal
    telling = Telling(portal, keeping, port, screen)
    if not port.has_removable_keys:
        return reset_at_once(telling, consent, log)
    known = agreed_key(port, portal, consent, screen)
    for _round in range(ROUNDS):
        place = replugged(port, known, screen)
        with opened_key(port, place, screen.waiting_for_touch) as key:
            known.require_same(key)
            if was_erased(key, screen):
                return finish(key, known, telling, log)
        screen.warn(_("More than 10 seconds had passed. Nothing was erased. Once more:"))
    raise Refused(
        _("Each time more than 10 seconds had passed. Nothing was erased. Try again later."),
        exit_status=Exit.NO_TOUCH,
    )


def reset_at_once(telling: Telling, consent: Consent, log: Log) -> None:
    """An emulator: nobody can pull it out, and it counts from its start."""
    port, portal, screen = telling.port, telling.portal, telling.screen
    with opened_key(port, require_one(places_of(port)), screen.waiting_for_touch) as key:
        known = known_from(key, portal, consent, screen)
        require_agreement(known, consent, screen)
        if was_erased(key, screen):
            return finish(key, known, telling, log)
    raise Refused(
        _(
            "More than 10 seconds had passed since the emulator was started. Nothing was erased. "
            "Start it again, and this command within 10 seconds."
        ),
        exit_status=Exit.NO_TOUCH,
    )


# -- what will be lost, and whether that is meant


def require_answers(consent: Consent, screen: Screen) -> None:
    if consent.is_given and not (consent.serial_number or consent.aaguid):
        raise refusal(_("--yes needs --serial NUMBER too (or --aaguid, where a token has none)."))
    if not (consent.is_given or screen.is_attended):
        raise refusal(
            _("Nobody can answer here. To reset without questions, give --yes and --serial NUMBER.")
        )


def agreed_key(port: Port, portal: Portal | None, consent: Consent, screen: Screen) -> Known:
    with opened_key(port, require_one(places_of(port)), screen.waiting_for_touch) as key:
        known = known_from(key, portal, consent, screen)
    require_agreement(known, consent, screen)
    return known


def known_from(key: Key, portal: Portal | None, consent: Consent, screen: Screen) -> Known:
    require_reset_here(key)
    model = model_told_by(portal, key.aaguid)
    name = model.name if model else key.place.product_name or _("unknown model")
    known = Known(name, key.aaguid, key.serial_number, key.likeness)
    require_meant(known, consent)
    tell_what_is_lost(key, known, screen)
    return known


def require_agreement(known: Known, consent: Consent, screen: Screen) -> None:
    if not known.serial_number:
        screen.say(_("This token tells no serial number. Make sure that it is the right one."))
    if not consent.is_given:
        ask_twice(known, screen)


def require_reset_here(key: Key) -> None:
    """CTAP 2.1 lets a key refuse a reset over NFC; CTAP 2.2 lets it say so beforehand."""
    allowed = key.info.transports_for_reset
    if allowed and key.place.transport not in allowed:
        said = _("This token is not reset over {here}, only over: {allowed}.")
        said = said.format(here=key.place.transport, allowed=", ".join(map(str, allowed)))
        raise Refused(said, exit_status=Exit.UNSUPPORTED)


def require_meant(known: Known, consent: Consent) -> None:
    """Where a number or AAGUID was given, with --yes or without, it has to be this key's."""
    if consent.serial_number and consent.serial_number != known.serial_number:
        raise refusal(
            _("The token that is inserted has another serial number. Nothing was erased.")
        )
    if consent.aaguid and consent.aaguid.lower() != known.aaguid:
        raise refusal(_("The token that is inserted has another AAGUID. Nothing was erased."))
    if consent.is_given and known.serial_number and not consent.serial_number:
        raise refusal(_("This token tells its serial number: give it with --serial."))


def tell_what_is_lost(key: Key, known: Known, screen: Screen) -> None:
    told = known.serial_number or _("not told")
    screen.say(_("{model}, serial number {number}").format(model=known.model, number=told))
    screen.say(
        _(
            "A reset erases everything on this token: its PIN, and its credentials of every site, "
            "not of Wardkey alone. Nobody can bring them back."
        )
    )
    left = key.info.remaining_disc_creds
    if left is not None:
        screen.say(
            _("Passkeys kept on the token go too. It has room for {left} more.").format(left=left)
        )


def ask_twice(known: Known, screen: Screen) -> None:
    if not screen.ask_yes(_("Erase this token?")):
        raise refusal(_("Nothing was erased."))
    serial = known.serial_number
    wanted = serial[-LAST_DIGITS:] if serial else WORD
    what = _("the last 4 characters of its serial number") if serial else WORD
    if screen.ask(_("To erase it, type {what}:").format(what=what)) != wanted:
        raise refusal(_("That is something else. Nothing was erased."))


def model_told_by(portal: Portal | None, aaguid: str) -> KeyModel | None:
    """Whoever resets a key while the portal is away must remember to remove it there."""
    try:
        found = portal.model_of(aaguid) if portal else None
    except Unreachable as reason:
        said = _("{reason} Nothing was erased. To reset without the portal, give --offline.")
        raise Refused(said.format(reason=reason), exit_status=Exit.PORTAL) from reason
    return found or key_models.model_of(aaguid)


# -- the replug and the touch


def replugged(port: Port, known: Known, screen: Screen) -> Place:
    screen.now(_("Remove the token"))
    port.expect_removal()
    wait_until(port, lambda places: not places, _("Nobody removed the token. Nothing was erased."))
    screen.now(_("Insert the same token again"))
    port.expect_insertion()
    wait_until(port, bool, _("Nobody inserted the token. Nothing was erased."))
    return require_one(places_of(port))


def wait_until(port: Port, is_so: Callable[[list[Place]], bool], otherwise: str) -> None:
    for _look in range(LOOKS):
        with talking_to_keys():
            places = port.places()
        if is_so(places):
            return
        port.pause(LOOK)
    raise Refused(otherwise, exit_status=Exit.NO_TOUCH)


def was_erased(key: Key, screen: Screen) -> bool:
    """False where the replug came too late (CTAP 2.1 §6.6): then nothing was erased."""
    screen.gesture = _(HOLD) if key.info.long_touch_for_reset else _(TOUCH)
    screen.say(_("Do not remove the token until this is done."))
    try:
        with talking_to_keys():
            key.ctap.reset()
    except Refused as refusal:
        if is_status(refusal, CtapError.ERR.NOT_ALLOWED):
            return False
        raise told_what_is_left(refusal) from refusal
    finally:
        screen.gesture = ""
    return True


def is_status(refusal: Refused, status: int) -> bool:
    cause = refusal.__cause__
    return isinstance(cause, CtapError) and cause.code == status


def told_what_is_left(refusal: Refused) -> Refused:
    if refusal.exit_status == Exit.DEVICE:
        left = _("It may be erased or not: run `wardkey-station reset` again to be sure.")
    else:
        left = _("Nothing was erased.")
    return Refused(f"{refusal} {left}", exit_status=refusal.exit_status)


# -- afterwards


def finish(key: Key, known: Known, telling: Telling, kept: Log) -> None:
    """Whoever pulls the key out now has erased it all the same, and the portal hears of it."""
    screen, pulled_out = telling.screen, None
    try:
        has_pin = key.asked_anew().info.options.get("clientPin")
    except Refused as refusal:
        has_pin, pulled_out = False, refusal
    if has_pin:
        raise Refused(
            _("The token says that it was reset, but it has a PIN still. Do not hand it out."),
            exit_status=Exit.DEVICE,
        )
    kept.record(log.RESET, key, screen)
    if pulled_out is None:
        screen.say(_("Done. The token is empty and has no PIN."))
    tell_reset(known, telling)
    if pulled_out is not None:
        erased = _("It was erased. Whether a PIN is left, `wardkey-station info` tells.")
        raise Refused(f"{pulled_out} {erased}", exit_status=pulled_out.exit_status) from pulled_out


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
