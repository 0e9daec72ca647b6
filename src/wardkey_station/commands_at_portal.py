"""The commands for which somebody is logged in at the portal."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import click

from . import journal, lists, locking, login
from .at_portal import Counter
from .choosing import chosen_place, name_of
from .device import opened_key
from .enrol import Enrolling, enrol
from .enrol_list import Stack, enrol_list
from .errors import Exit, Refused
from .finding import person_meant
from .handing import Task
from .journal import Journal, Step
from .keeping import Keeping
from .options import A_PATH, Command, Station, station, with_shared_options
from .pin_entry import lines_of_input
from .pins_wanted import PinsWanted, handing_for
from .portal_client import Portal
from .results import Results
from .serials import require_written_so
from .whose import tell_whose
from .words import N_, _


@click.command(
    "login", cls=Command, help=N_("Let this station in at the portal, with a code from its page.")
)
@click.option("--stdin", is_flag=True, help=N_("The code from standard input."))
@with_shared_options
def login_(*, stdin: bool) -> None:
    desk = station()
    portal, keeping = named_portal(desk)
    piped = lines_of_input(wanted=1)[0] if stdin else None
    login.log_in(portal=portal, keeping=keeping, screen=desk.screen, piped=piped)


@click.command("logout", cls=Command, help=N_("End the login at the portal, and forget it here."))
@with_shared_options
def logout() -> None:
    desk = station()
    portal, keeping = named_portal(desk)
    login.log_out(portal=portal, keeping=keeping, screen=desk.screen)


def named_portal(desk: Station) -> tuple[Portal, Keeping]:
    if desk.portal is None or desk.keeping is None:
        raise Refused(
            _("Name the portal with --portal, or in WARDKEY_PORTAL. Nothing was done."),
            exit_status=Exit.INPUT,
        )
    return desk.portal, desk.keeping


def counter_of(desk: Station) -> Counter:
    portal, keeping = named_portal(desk)
    return login.counter_at(portal=portal, keeping=keeping, screen=desk.screen)


# -- giving people their tokens


def with_pin_options(command: Callable) -> Callable:
    for option in (
        with_shared_options,
        click.option(
            "--journal",
            "journal_file",
            type=A_PATH,
            help=N_("Where it is noted how far the work got; no PIN is in it."),
        ),
        click.option(
            "--slips",
            type=click.Path(file_okay=False, path_type=Path),
            help=N_("The folder for handover slips (PDF); wardkey-slips, unless --pins is given."),
        ),
        click.option(
            "--pins",
            type=A_PATH,
            help=N_("A file for the PINs, which a passphrase opens (age -d)."),
        ),
        click.option("--keep-pin", is_flag=True, help=N_("People may keep the PIN of the slip.")),
        click.option(
            "--stdin",
            is_flag=True,
            help=N_("From standard input: the PIN, or an empty line; then the passphrase."),
        ),
    ):
        command = option(command)
    return command


@click.command("enrol", cls=Command, help=N_("Give somebody a token: PIN, registration and slip."))
@click.argument("person")
@click.option("--serial", help=N_("The token with this serial number, or its print."))
@click.option("--nickname", default="", help=N_("What its holder's list calls it."))
@click.option("--type-pin", is_flag=True, help=N_("Type the PIN; else it is made at random."))
@with_pin_options
def enrol_(
    *, person: str, serial: str | None, nickname: str, journal_file: Path | None, **pins: Any
) -> None:
    desk = station()
    desk.screen.begin()
    wanted = PinsWanted(**pins).read(desk.screen)
    counter = counter_of(desk)
    meant = person_meant(person, counter, desk.screen)
    address = counter.portal.address
    notes = journal_at(journal_file or journal.usual_file(address), about=address)
    notes.begin()
    serial = require_written_so(serial or "")
    task = Task(row_for(meant.id, notes), meant, nickname, serial)
    enrolling = Enrolling(
        counter, notes, handing_for(wanted, [task], desk.screen), desk.port, desk.screen, desk.log
    )
    enrol_the_chosen_key(task, enrolling)


def journal_at(file: Path, *, about: str) -> Journal:
    """For this run alone."""
    lock = locking.held(file)
    click.get_current_context().call_on_close(lock.close)
    return journal.opened(file, about=about)


def row_for(person_id: str, notes: Journal) -> str:
    """One that is not done yet goes on; somebody's next token begins a row of its own."""
    rows = (f"{person_id}/{number}" for number in count(1))
    return next(row for row in rows if notes.of(row).step != Step.DONE)


def enrol_the_chosen_key(task: Task, with_: Enrolling) -> None:
    screen = with_.screen
    inserted = {place.serial_number for place in with_.port.places()}
    wished = task.serial_number if task.serial_number in inserted else None
    place = chosen_place(port=with_.port, serial_number=wished, screen=screen)
    screen.say(f"{task.person.name}, {task.person.username}")
    with opened_key(with_.port, place, screen.waiting_for_touch) as key:
        screen.say(name_of(place))
        noted = enrol(task, key, with_)
    said = _('Done. {name} has the token "{nickname}" now.')
    screen.say(said.format(name=task.person.name, nickname=noted.nickname))
    if noted.has_our_pin:
        screen.say(_("Its PIN is in {where}.").format(where=noted.where))


@click.command(
    "enrol-list", cls=Command, help=N_("Give a list of people a token each, from a stack.")
)
@click.argument("list_file", metavar="FILE", type=A_PATH)
@click.option("--result", type=A_PATH, help=N_("Who got which token, as CSV; FILE.result.csv."))
@click.option("--spares", is_flag=True, help=N_("Also whom a token waits for already."))
@with_pin_options
def enrol_list_(
    *, list_file: Path, result: Path | None, spares: bool, journal_file: Path | None, **pins: Any
) -> None:
    desk = station()
    desk.screen.begin()
    rows = lists.read_list(list_file)
    wanted = PinsWanted(**pins, type_pin=False).read(desk.screen)
    wanted.require_random()
    counter = counter_of(desk)
    journal_file = journal_file or beside(list_file, ".journal")
    wanted.require_own_file(is_gone_on_with=journal_file.exists())
    notes = journal_at(journal_file, about=f"a list, {counter.portal.address}")
    tasks = lists.tasks_for(rows, counter, notes)
    notes.begin()
    left = [task for task in tasks if notes.of(task.row).step != Step.DONE]
    handing = handing_for(wanted, left, desk.screen)
    enrolling = Enrolling(counter, notes, handing, desk.port, desk.screen, desk.log)
    results = Results(result or beside(list_file, ".result.csv"))
    enrol_list(tasks, Stack(enrolling, results, spares))


def beside(file: Path, more: str) -> Path:
    return file.with_name(file.name + more)


# -- a key that was found


@click.command(
    "whose", cls=Command, help=N_("Whose token it is, by its number or as it is inserted.")
)
@click.argument("serial", required=False)
@with_shared_options
def whose(*, serial: str | None) -> None:
    desk = station()
    if serial is None:
        desk.screen.begin()
        serial = serial_number_inserted(desk)
    tell_whose(require_written_so(serial.strip()), counter_of(desk), desk.screen)


def serial_number_inserted(desk: Station) -> str:
    place = chosen_place(port=desk.port, serial_number=None, screen=desk.screen)
    if place.serial_number is None:
        said = _(
            "This token tells no serial number. Type the one that is printed on it: whose NUMBER"
        )
        raise Refused(said, exit_status=Exit.UNSUPPORTED)
    return place.serial_number


COMMANDS = [login_, logout, enrol_, enrol_list_, whose]
