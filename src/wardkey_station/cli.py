"""What an administrator types at the desk. A command reads its words, calls one flow, and prints
what came of it. Those that need a login at the portal are in commands_at_portal.py.
"""

import sys
from collections.abc import Callable
from typing import Any

import click

from . import commands_at_portal, info, reset, streams, words
from .at_portal import Declined
from .choosing import chosen_place, name_of
from .device import opened_key
from .errors import Exit, Refused
from .options import Command, Station, station, with_shared_options
from .pin import Demands, change_pin, set_pin
from .pin_entry import Pins, TypedPins, changed_pin_piped, first_pin_piped
from .portal_client import Unreachable
from .screen import visible
from .words import N_, _


@click.group(
    "wardkey-station", help=N_("The token station: tokens get their PINs and their holders.")
)
@click.version_option(package_name="wardkey")
@with_shared_options
def commands() -> None:
    pass


@commands.command(
    "info", cls=Command, help=N_("Which tokens are inserted, and what state they are in.")
)
@click.option("--json", "as_json", is_flag=True, help=N_("A line of JSON for each token."))
@with_shared_options
def info_(*, as_json: bool) -> None:
    desk = station()
    if as_json:
        desk.screen.leave_stdout()
        return info.print_keys(port=desk.port, portal=desk.portal, screen=desk.screen)
    desk.screen.begin()
    return info.show_keys(port=desk.port, portal=desk.portal, screen=desk.screen)


@commands.group(help=N_("A token's PIN: set the first one, or change it."))
@with_shared_options
def pin() -> None:
    pass


def with_pin_options(command: Callable) -> Callable:
    for option in (
        with_shared_options,
        click.option("--serial", help=N_("The token with this serial number.")),
        click.option(
            "--min-length",
            type=click.IntRange(4, 63),
            help=N_("From now on the token's PIN has at least so many characters."),
        ),
        click.option(
            "--force-change", is_flag=True, help=N_("Its holder has to change the PIN first.")
        ),
        click.option("--stdin", is_flag=True, help=N_("PINs from standard input, one a line.")),
    ):
        command = option(command)
    return command


SET_HELP = N_(
    "Give a token its first PIN. With --stdin: the PIN, and on a second line the same again if you "
    "like."
)
CHANGE_HELP = N_(
    "Change a token's PIN. With --stdin: the old PIN, the new one, and on a third line the new one "
    "again if you like."
)


@pin.command("set", cls=Command, help=SET_HELP)
@with_pin_options
def set_(*, stdin: bool, serial: str | None, **demanded: Any) -> None:
    desk = station()
    pins = first_pin_piped() if stdin else TypedPins(desk.screen)
    on_the_chosen_key(set_pin, desk, pins, serial, **demanded)


@pin.command("change", cls=Command, help=CHANGE_HELP)
@with_pin_options
def change(*, stdin: bool, serial: str | None, **demanded: Any) -> None:
    desk = station()
    pins = changed_pin_piped() if stdin else TypedPins(desk.screen)
    on_the_chosen_key(change_pin, desk, pins, serial, **demanded)


def on_the_chosen_key(
    flow: Callable[..., None],
    desk: Station,
    pins: Pins,
    serial: str | None,
    *,
    force_change: bool,
    min_length: int | None,
) -> None:
    desk.screen.begin()
    demands = Demands(change_forced=force_change, fewest_characters=min_length)
    place = chosen_place(port=desk.port, serial_number=serial, screen=desk.screen)
    with opened_key(desk.port, place, desk.screen.waiting_for_touch) as key:
        desk.screen.say(name_of(place))
        flow(key=key, pins=pins, screen=desk.screen, log=desk.log, demands=demands)


@commands.command("reset", cls=Command, help=N_("Erase everything on a token, its PIN too."))
@click.option("--yes", is_flag=True, help=N_("Ask no questions; needs --serial."))
@click.option("--serial", help=N_("The serial number that the token must have."))
@click.option("--aaguid", help=N_("The AAGUID that the token must have."))
@click.option("--offline", is_flag=True, help=N_("Although the portal cannot be reached."))
@with_shared_options
def reset_(*, yes: bool, serial: str | None, aaguid: str | None, offline: bool) -> None:
    desk = station()
    desk.screen.begin()
    consent = reset.Consent(is_given=yes, serial_number=serial, aaguid=aaguid, is_offline=offline)
    reset.reset_key(
        port=desk.port,
        portal=desk.portal,
        keeping=desk.keeping,
        consent=consent,
        screen=desk.screen,
        log=desk.log,
    )


for command in commands_at_portal.COMMANDS:
    commands.add_command(command)


# -- how a command begins and ends


def translate(command: click.Command) -> None:
    """Modules load before the language is known, and the help is part of them."""
    command.help = command.help and _(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = parameter.help and _(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        translate(inner)


def status_of(arguments: list[str]) -> int:
    try:
        return commands.main(arguments, "wardkey-station", standalone_mode=False) or Exit.DONE
    except Refused as refusal:
        say_on_stderr(str(refusal))
        return refusal.exit_status
    except (Declined, Unreachable) as reason:
        say_on_stderr(str(reason))
        return Exit.PORTAL
    except click.ClickException as mistake:
        mistake.show()
        return Exit.INPUT
    except (KeyboardInterrupt, click.Abort):
        say_on_stderr(_("Stopped."))
        return Exit.INTERRUPTED


def say_on_stderr(sentence: str) -> None:
    click.echo(visible(sentence), err=True)


def main() -> None:
    """Exit statuses are those of errors.Exit."""
    streams.prepare()
    words.speak(words.asked_for(sys.argv[1:]))
    translate(commands)
    status = status_of(sys.argv[1:])
    sys.exit(status or (Exit.UNHEARD if streams.were_lost() else Exit.DONE))


if __name__ == "__main__":
    main()
