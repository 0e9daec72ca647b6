"""A stack of keys for a list of people: one after the other, each person once.

    enrol_list   through all that is not done yet; whoever is stopped runs it again, and goes on
    Stack        what it takes

A row that the portal refuses is told and left out where nobody can be asked; the rest goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from .at_portal import Declined
from .device import opened_key, places_of, require_one
from .enrol import Enrolling, enrol
from .errors import Exit, HasOne, Refused, Taken
from .handing import Task
from .journal import Noted, Step
from .log import RESUMED
from .portal_client import Unreachable
from .ports import Place
from .results import Results
from .screen import visible
from .words import _, counted

LOOK = 0.1  # seconds between two looks at what is inserted
LOOKS = 9000  # for the next person to come, and their key: a quarter of an hour


@dataclass
class Stack:
    """`spares`: also whom a token waits for already gets one. `agreed`: the rows of those for whom
    somebody said so when they were asked."""

    enrolling: Enrolling
    results: Results
    spares: bool = False
    inserted: Place | None = None  # the key of this row
    last: Place | None = None  # that of the row before, which has to be taken out
    agreed: set[str] = field(default_factory=set)


def enrol_list(tasks: list[Task], stack: Stack) -> None:
    """Raises Refused at the end where some are left."""
    tell_how_far(tasks, stack)
    left = [task for task in tasks if noted_of(task, stack).step != Step.DONE]
    require_removable(left, stack)
    for task in left:
        until_done(task, tasks, stack)
        stack.results.write(tasks, stack.enrolling.journal)
    tell_the_end(tasks, stack)


def noted_of(task: Task, stack: Stack) -> Noted:
    return stack.enrolling.journal.of(task.row)


def tell_how_far(tasks: list[Task], stack: Stack) -> None:
    screen, journal = stack.enrolling.screen, stack.enrolling.journal
    if journal.was_there:
        said = _("{number} of {all} people are done already. It goes on from there.")
        screen.say(said.format(number=number_done(tasks, stack), all=len(tasks)))
        stack.enrolling.log.note(RESUMED, screen, done=number_done(tasks, stack), rows=len(tasks))


def number_done(tasks: list[Task], stack: Stack) -> int:
    return sum(noted_of(task, stack).step == Step.DONE for task in tasks)


def require_removable(left: list[Task], stack: Stack) -> None:
    if len(left) > 1 and not stack.enrolling.port.has_removable_keys:
        said = _("An emulator cannot be exchanged: it is one token, for one person.")
        raise Refused(said, exit_status=Exit.INPUT)


# -- one person


def until_done(task: Task, tasks: list[Task], stack: Stack) -> None:
    """As often as somebody tries again."""
    said = _("{number} of {all}: {name}, {username}")
    about = {"name": task.person.name, "username": task.person.username}
    number = number_done(tasks, stack) + 1
    stack.enrolling.screen.say(said.format(number=number, all=len(tasks), **about))
    while not is_over(task, stack):
        pass


def is_over(task: Task, stack: Stack) -> bool:
    """The row is done or left out for now; else it is tried once more."""
    screen = stack.enrolling.screen
    try:
        require_none_waits(task, stack)
        once(task, stack)
    except HasOne as why:
        leave_out(task, str(why), stack)
    except Taken as taken:
        screen.warn(str(taken))
        stack.last = stack.inserted
        return False
    except Unreachable as reason:
        require_patience(task, reason, stack)
        return False
    except (Declined, Refused) as why:
        if isinstance(why, Refused) and not screen.is_attended:
            raise
        if asked_to_try_again(task, str(why), stack):
            return False
        leave_out(task, str(why), stack)
    return True


def require_none_waits(task: Task, stack: Stack) -> None:
    """Another list, or a journal that is gone, may have given them one. Whoever has one in use is
    given a spare without a word."""
    noted = stack.enrolling.journal.of_person(task.row, task.person.id)
    is_agreed = stack.spares or task.row in stack.agreed
    if is_agreed or noted.step not in {Step.NOTHING, Step.REFUSED}:
        return
    waiting = nicknames_waiting(task, stack)
    if not waiting:
        return
    said = _("A token waits for {name} already: {nicknames}.")
    said = said.format(name=task.person.name, nicknames=waiting)
    if not asked_for_another(said, stack):
        more = _("Hand that one over; or run the command with --spares to give another one.")
        raise HasOne(f"{said} {more}")
    stack.agreed.add(task.row)


def nicknames_waiting(task: Task, stack: Stack) -> str:
    keys = stack.enrolling.counter.keys_of(task.person)
    waiting = [key.get("nickname") for key in keys if key.get("state") == "waiting"]
    return ", ".join(f'"{visible(str(each))}"' for each in waiting)


def asked_for_another(said: str, stack: Stack) -> bool:
    screen = stack.enrolling.screen
    more = _("Give another one?")
    return screen.is_attended and screen.ask_yes(f"{said} {more}")


def once(task: Task, stack: Stack) -> None:
    enrolling = stack.enrolling
    place = stack.inserted = next_place(task, stack)
    with opened_key(enrolling.port, place, enrolling.screen.waiting_for_touch) as key:
        noted = enrol(task, key, enrolling)
    stack.last = place
    said = _('Done: {name} has "{nickname}", serial number {number}.')
    number = noted.serial_number or _("not told")
    enrolling.screen.say(said.format(name=task.person.name, nickname=noted.nickname, number=number))


def asked_to_try_again(task: Task, reason: str, stack: Stack) -> bool:
    """Nothing is done meanwhile: it is not the machine that knows which token this is."""
    screen = stack.enrolling.screen
    screen.warn(reason)
    if not screen.is_attended:
        return False
    answer = screen.ask(
        _("Enter: try again. s: leave {name} out for now. q: stop.").format(name=task.person.name)
    )
    if answer.lower() == "q":
        raise stopped()
    return answer.lower() != "s"


def require_patience(task: Task, reason: Unreachable, stack: Stack) -> None:
    said = _("{reason} What was done so far is kept.").format(reason=reason)
    if not stack.enrolling.screen.is_attended:
        more = _("Run the same command again: it goes on where it stopped.")
        raise Refused(f"{said} {more}", exit_status=Exit.PORTAL) from reason
    if not asked_to_try_again(task, said, stack):
        raise stopped()


def stopped() -> Refused:
    return Refused(
        _("Stopped. Run the same command again: it goes on where it stopped."),
        exit_status=Exit.INPUT,
    )


def leave_out(task: Task, why: str, stack: Stack) -> None:
    """What its row has come to stays noted, for another time, and so does its key."""
    noted = noted_of(task, stack)
    if noted.step != Step.NOTHING:
        stack.last = stack.inserted
    stack.enrolling.journal.note(task.row, noted.step, why=why)


# -- the next key


def next_place(task: Task, stack: Stack) -> Place:
    """Another one than that of the row before, which has to be taken out first; and none that
    somebody of this list has."""
    port = stack.enrolling.port
    if stack.last is None and port.places():
        place = require_one(places_of(port))
    else:
        place = exchanged(task, stack)
    while whose := row_with(place.serial_number, task, stack):
        said = _("This token, {number}, is that of row {row}. Take another one.")
        stack.enrolling.screen.warn(said.format(number=place.serial_number, row=whose))
        stack.last = place
        place = exchanged(task, stack)
    return place


def row_with(serial_number: str | None, task: Task, stack: Stack) -> str | None:
    rows = stack.enrolling.journal.rows.items()
    had = (row for row, noted in rows if noted.key_id and noted.serial_number == serial_number)
    return next((row for row in had if row != task.row), None) if serial_number else None


def exchanged(task: Task, stack: Stack) -> Place:
    port, screen = stack.enrolling.port, stack.enrolling.screen
    if stack.last is not None:
        screen.now(_("Remove the token"))
        port.expect_removal()
        gone = stack.last.name
        wait_until(stack, lambda places: gone not in {each.name for each in places})
        stack.last = None
    screen.now(_("{name}: insert a new token").format(name=task.person.name))
    port.expect_another()
    wait_until(stack, bool)
    return require_one(places_of(port))


def wait_until(stack: Stack, is_so: Callable[[list[Place]], bool]) -> None:
    port = stack.enrolling.port
    for _look in range(LOOKS):
        if is_so(port.places()):
            return
        port.pause(LOOK)
    raise Refused(
        _("Nobody exchanged the token. Run the same command again: it goes on where it stopped."),
        exit_status=Exit.NO_TOUCH,
    )


# -- the end


def tell_the_end(tasks: list[Task], stack: Stack) -> None:
    screen = stack.enrolling.screen
    stack.results.write(tasks, stack.enrolling.journal)
    left = [task for task in tasks if noted_of(task, stack).step != Step.DONE]
    done = len(tasks) - len(left)
    screen.say(counted("{number} person has a token.", "{number} people have a token.", done))
    screen.say(_("The list of what was done is {file}.").format(file=stack.results.file))
    if left:
        screen.table([(task.person.username, noted_of(task, stack).why) for task in left])
        said = counted("{number} person is left.", "{number} people are left.", len(left))
        more = _("Run the same command again once that is settled.")
        raise Refused(f"{said} {more}", exit_status=Exit.PORTAL)
