"""Work that keeps a processor busy, done by as many processes as there are processors.

    done_side_by_side    what each piece of it came to, in order

Such a process opens a connection of its own to the database that this one reads. It sees what was
committed there, and nothing of a transaction that is under way here. It imports nothing that needs
the rooms to be open before it has opened them: so no room can hold this.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

import django
from django.conf import settings
from django.db import connection

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def done_side_by_side(work: Callable[[Piece], Answer], pieces: Iterable[Piece]) -> Iterator[Answer]:
    """Pieces and answers are pickled. Raises what `work` raised, and ChildProcessError where a
    process ended before it had answered."""
    pool = ProcessPoolExecutor(
        max_workers=len(os.sched_getaffinity(0)),
        # Forked, they would share this one's connection.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open_rooms,
        initargs=(connection.settings_dict,),
    )
    try:
        yield from pool.map(work, pieces)
    except BrokenProcessPool as error:
        raise ChildProcessError("one of its processes ended before it was done") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _open_rooms(database: dict) -> None:
    # A terminal sends Ctrl-C to all of them: this one's parent says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings.DATABASES["default"] = database
    django.setup()


def _end_with_parent() -> None:
    """One that was killed says nothing, and its processes would wait for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
