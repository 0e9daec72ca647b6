"""What every command may be told, before its name or after it, and what follows from it.

Command               the class of each that has no others below it
with_shared_options   decorates a command
station               what every flow needs, as the command's words say it
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from . import log, portal_client, ports
from .keeping import InFile, InKeyring, Keeping
from .portal_client import Portal
from .ports import Port
from .screen import Screen, screen_for
from .words import N_, _


class Command(click.Command):
    """What stands behind it and does not belong there may be a PIN: it is not repeated."""

    allow_extra_args = True

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            ctx.fail(
                _("More words were given than this command takes. It was not run. See --help.")
            )
        return super().invoke(ctx)


@dataclass
class Choices:
    """What the shared options say, wherever they stand; the later one counts."""

    portal: str | None = None
    api_token_file: Path | None = None
    device: str | None = None
    simulate: Path | None = None
    plain: bool = False
    lang: str | None = None
    log: Path | None = None


def remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value:
        setattr(context.ensure_object(Choices), str(option.name), value)


def shared(name: str, help_: str, **more: Any) -> Callable:
    return click.option(name, help=help_, callback=remember, expose_value=False, **more)


A_PATH = click.Path(dir_okay=False, path_type=Path)
SHARED = [
    shared(
        "--portal",
        N_("The portal's address, such as https://keys.hospital.example"),
        envvar="WARDKEY_PORTAL",
    ),
    shared("--api-token-file", N_("A file with an API token for the portal."), type=A_PATH),
    shared("--device", N_("An emulator on this machine: tcp:HOST:PORT or udp:HOST:SEND:RECEIVE.")),
    shared("--simulate", N_("Simulated tokens, whose state is kept in this file."), type=A_PATH),
    shared("--plain", N_("Plain lines, for screen readers."), is_flag=True),
    shared("--lang", N_("The language of the screen, such as cy.")),
    shared("--log", N_("Where to keep what was done, a line of JSON each."), type=A_PATH),
]


def with_shared_options(command: Callable) -> Callable:
    for option in reversed(SHARED):
        command = option(command)
    return command


@dataclass(frozen=True)
class Station:
    """What every flow needs. The keys are looked for once something is asked of them: what only
    the portal is asked goes where the system lets nobody speak to keys."""

    choices: Choices
    portal: Portal | None
    keeping: Keeping | None
    screen: Screen
    log: log.Log

    @cached_property
    def port(self) -> Port:
        port = ports.port_named_by(device=self.choices.device, simulate=self.choices.simulate)
        click.get_current_context().call_on_close(port.leave)
        return port


def station() -> Station:
    choices = click.get_current_context().ensure_object(Choices)
    screen = screen_for(plain=choices.plain, simulated=choices.simulate is not None)
    click.get_current_context().call_on_close(screen.end_wait)
    portal = portal_client.portal_at(choices.portal) if choices.portal else None
    if portal:
        click.get_current_context().call_on_close(portal.leave)
    return Station(
        choices=choices,
        portal=portal,
        keeping=keeping_for(portal, choices.api_token_file),
        screen=screen,
        log=log.Log(choices.log or log.usual_file()),
    )


def keeping_for(portal: Portal | None, file: Path | None) -> Keeping | None:
    if file:
        return InFile(file)
    return InKeyring(portal.address) if portal else None
