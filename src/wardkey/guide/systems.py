"""What only the computer can do into which a token is plugged: change its PIN, reset it.

Each is a procedure for each system, or says that the system offers no way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .steps import Elsewhere, Procedure, Reader, Step, Words

LOCKED = _("After three wrong PINs, take the token out and put it in again.")


@dataclass(frozen=True)
class OnSystems:
    """One thing to do, in the way of each system."""

    slug: str
    title: Words
    summary: Words
    important: Words
    ways: tuple[Procedure, ...]


def _windows(*, settings: Words) -> tuple[Step, ...]:
    """Up to the window in which both PIN and reset are."""
    return (
        Step(
            _("Open {}, then {}, and select {}."),
            (Elsewhere(_("Start")), Elsewhere(settings), Elsewhere(_("Accounts"))),
        ),
        Step(
            _("On the page {}, select {}."),
            (Elsewhere(_("Accounts")), Elsewhere(_("Sign-in options"))),
        ),
        Step(
            _("Find {} and select {}."),
            (Elsewhere(_("Security Key")), Elsewhere(_("Manage"))),
        ),
        Step(_("Insert the token into a USB port, and touch it when you are asked to.")),
    )


def _windows_pin(*, settings: Words) -> tuple[Step, ...]:
    return (
        *_windows(settings=settings),
        Step(
            _("Find {} and select {}."),
            (Elsewhere(_("Security Key PIN")), Elsewhere(_("Change"))),
            note=LOCKED,
        ),
        Step(
            _("Change the PIN: enter the old PIN once, the new PIN twice, and select {}."),
            (Elsewhere(_("OK")),),
            note=_(
                "Four characters are the least; six digits are better. Use the new PIN from now."
            ),
        ),
    )


def _windows_reset(*, settings: Words) -> tuple[Step, ...]:
    return (
        *_windows(settings=settings),
        Step(
            _("Find {} and select {}."),
            (Elsewhere(_("Reset Security Key")), Elsewhere(_("Reset"))),
        ),
        Step(_("Select {} to confirm it."), (Elsewhere(_("Proceed")),)),
        Step(_("Take the token out, and insert it again.")),
        Step(
            _("Touch the token twice within 10 seconds."),
            note=_("Some models want one long touch instead. The window says so."),
        ),
        Step(_("A message says that the token has been reset.")),
    )


IN_CHROME = (
    Step(
        _("Open Chrome, type {} where the addresses are, and press Enter."),
        (Elsewhere("chrome://settings/securityKeys"),),
        note=_("By the menu: Settings, Privacy and security, Security, Manage security keys."),
    ),
)
CHROME_PIN = (
    *IN_CHROME,
    Step(
        _("Select {}. It changes the PIN too, where there is one."),
        (Elsewhere(_("Create a PIN")),),
    ),
    Step(_("Insert the token into a USB port, and touch it.")),
    Step(
        _("Enter the old PIN once and the new PIN twice, then select {}."),
        (Elsewhere(_("Save")),),
        note=LOCKED,
    ),
)
CHROME_RESET = (
    *IN_CHROME,
    Step(_("Select {}."), (Elsewhere(_("Reset your security key")),)),
    Step(
        _("Insert the token into a USB port, and touch it. Touch it once more to confirm."),
        note=_(
            "If the browser says that it cannot reset the token: take it out, insert it, and start "
            "again at once. A token can be reset only in the first seconds."
        ),
    ),
    Step(_("A message says that the token has been reset.")),
)
STATION_PIN = (
    Step(_("Insert the token into the computer with the token station.")),
    Step(_("Type {} and press Enter."), (Elsewhere("wardkey-station pin change"),)),
    Step(_("Enter the old PIN once and the new PIN twice. Nothing is shown as you type.")),
)
STATION_RESET = (
    Step(_("Insert the token into the computer with the token station.")),
    Step(_("Type {} and press Enter."), (Elsewhere("wardkey-station reset"),)),
    Step(_("Read what is lost. The station asks twice whether you are sure.")),
    Step(_("When you are asked to: take the token out, insert it, touch it within 10 seconds.")),
    Step(_("The station says that the token has been reset.")),
)
WINDOWS_10 = _("Windows 10, version 2004 or above.")
WINDOWS_11 = _("The same as on Windows 10; some names look a little different.")
MAC = _("macOS has no settings for it, nor has Safari. Chrome has.")
LINUX = _("Linux has no settings for it, nor has Firefox. Chrome has.")
CHROMEOS = _("In the settings of the browser.")
NO_WAY = _("Not possible with what the system brings.")
STATION = _("Where your organisation has one: a desk with a program for tokens.")


def _way(slug: str, name: Words, summary: Words, steps: tuple[Step, ...]) -> Procedure:
    return Procedure(slug, name, summary, Reader.ADMINISTRATOR, steps)


def _ways(
    windows_10: tuple[Step, ...],
    windows_11: tuple[Step, ...],
    chrome: tuple[Step, ...],
    station: tuple[Step, ...],
) -> Iterator[Procedure]:
    yield _way("windows-10", _("Windows 10"), WINDOWS_10, windows_10)
    yield _way("windows-11", _("Windows 11"), WINDOWS_11, windows_11)
    yield _way("macos", _("macOS"), MAC, chrome)
    yield _way("linux", _("Linux"), LINUX, chrome)
    yield _way("chromeos", _("ChromeOS"), CHROMEOS, chrome)
    yield _way("android", _("Android"), NO_WAY, ())
    yield _way("ios", _("iPhone and iPad"), NO_WAY, ())
    yield _way("station", _("Token station"), STATION, station)


CHANGE_PIN = OnSystems(
    "change-pin",
    _("Change a token PIN"),
    _("From an old PIN to a new one. You need the token, and the old PIN."),
    _(
        "The portal cannot see the PIN: it is in the token alone. Nothing changes in the portal, "
        "and the token goes on working. Four characters are the least; six digits are better."
    ),
    tuple(
        _ways(
            _windows_pin(settings=_("Windows Settings")),
            _windows_pin(settings=_("Settings")),
            CHROME_PIN,
            STATION_PIN,
        )
    ),
)
RESET = OnSystems(
    "reset",
    _("Reset a token back to factory settings"),
    _("For a token whose PIN is forgotten or locked, or that somebody else is to have."),
    _(
        "A reset erases everything on the token, for other services too, and cannot be taken back. "
        "What is registered in the portal no longer works: remove the token there, and register it "
        "anew. It can then be given a new PIN."
    ),
    tuple(
        _ways(
            _windows_reset(settings=_("Windows Settings")),
            _windows_reset(settings=_("Settings")),
            CHROME_RESET,
            STATION_RESET,
        )
    ),
)
ON_SYSTEMS = (CHANGE_PIN, RESET)
