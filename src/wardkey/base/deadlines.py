"""An end to what has none of its own, such as looking up a name, or an answer letter by letter."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Outcome = TypeVar("Outcome")


def within(seconds: float, work: Callable[[], Outcome]) -> Outcome:
    """Raises what `work` raises, or TimeoutError, an OSError, where that takes longer. It then ends
    by itself, unheard: so it changes nothing, and asks no database."""
    outcome: Future[Outcome] = Future()

    def work_on() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  whoever waits is told
            outcome.set_exception(error)

    Thread(target=work_on, daemon=True).start()
    return outcome.result(seconds)
