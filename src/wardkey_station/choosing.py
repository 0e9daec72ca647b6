"""Which of several keys is meant: by its serial number, or by a touch (CTAP 2.1 §6.9).

chosen_place   the place of the one key that a PIN command works on
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread

from .device import Key, opened_key, places_of, require_one, talking_to_keys
from .errors import Exit, Refused
from .patience import GLANCE, TOUCH
from .ports import Place, Port
from .screen import Screen
from .words import _

SELECTING = "FIDO_2_1"
FAREWELL = 1.0  # seconds for keys that were not touched to stop blinking


def chosen_place(*, port: Port, serial_number: str | None, screen: Screen) -> Place:
    places = places_of(port)
    if serial_number:
        places = [place for place in places if place.serial_number == serial_number]
        if not places:
            raise refusal(_("No token with that serial number is inserted."), Exit.INPUT)
    if len(places) == 1 or not screen.is_attended:
        return require_one(places)
    place = touched_place(port, places, screen)
    if not screen.ask_yes(_("This one: {name}?").format(name=name_of(place))):
        raise refusal(_("Nothing was changed."), Exit.INPUT)
    return place


def name_of(place: Place) -> str:
    told = place.serial_number or _("not told")
    return _("{model}, serial number {number}").format(
        model=place.product_name or _("unknown model"), number=told
    )


def touched_place(port: Port, places: list[Place], screen: Screen) -> Place:
    screen.say(_("{number} tokens are inserted.").format(number=len(places)))
    with ExitStack() as opened:
        keys = [opened.enter_context(opened_key(port, place, ignored)) for place in places]
        if any(SELECTING not in key.info.versions for key in keys):
            return require_one(places)
        screen.gesture = _("Touch the token that you mean")
        with all_asked(keys) as touched:
            place = first(touched, len(keys), screen)
        screen.gesture = ""
    screen.end_wait()
    return place


def ignored(left: float) -> None:
    """The keys wait at the same time; the screen counts down once."""


@contextmanager
def all_asked(keys: Sequence[Key]) -> Iterator["SimpleQueue[Place | None]"]:
    touched: SimpleQueue[Place | None] = SimpleQueue()
    over = Event()

    def ask(key: Key) -> None:
        try:
            with talking_to_keys():
                key.ctap.selection(event=over)
            touched.put(key.place)
        except Refused:
            touched.put(None)

    threads = [Thread(target=ask, args=[key], daemon=True) for key in keys]
    for thread in threads:
        thread.start()
    try:
        yield touched
    finally:
        over.set()
        for thread in threads:
            thread.join(FAREWELL)


def first(touched: "SimpleQueue[Place | None]", number: int, screen: Screen) -> Place:
    until = time.monotonic() + TOUCH
    while number and (left := until - time.monotonic()) > 0:
        screen.waiting_for_touch(left)
        with suppress(Empty):
            if place := touched.get(timeout=GLANCE):
                return place
            number -= 1
    raise refusal(_("No token was touched. Nothing was changed."), Exit.NO_TOUCH)


def refusal(said: str, exit_status: Exit) -> Refused:
    return Refused(said, exit_status=exit_status)
