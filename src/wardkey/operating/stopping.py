"""Being told to stop: Ctrl-C, or SIGTERM from whatever started the process."""

import signal
from collections.abc import Callable


def told_to_stop() -> Callable[[], bool]:
    """From now on these signals end nothing by themselves: the answer says if one has come."""
    came: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # It may interrupt anything, also itself, and so takes no lock: `Event.set` takes one, and
        # would wait for ever for the `Event.wait` that it interrupted.
        signal.signal(number, lambda number, _frame: came.append(number))
    return lambda: bool(came)
