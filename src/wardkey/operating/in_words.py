"""What a flow refuses, in words that an operator reads; and what a command needs before it runs.

Django is set up only once a command runs: `demo` chooses the settings first.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click
import django
from click.exceptions import Exit
from django.db import DatabaseError, InterfaceError, OperationalError

from ..base.errors import Mistake

logger = logging.getLogger(__name__)

WORDS = {
    "code": "An organisation's code has 1 to 9 letters and digits.",
    "email": "That is no e-mail address. It should look like name@organisation.example.",
    "organisation_name": "The organisation does not exist yet: it needs a name.",
    "password_short": "The password needs at least 12 characters.",
    "password_long": "The password has more than 128 characters.",
    "password_common": "Many people have this password: it is guessed first. Choose another one.",
    "password_names": "The password has a name, user name or address of theirs in it.",
    "password_service": "The password has the name of the service in it.",
    "username": "That user name cannot be used: it is empty, too long, or has invisible letters.",
    "username_taken": "Somebody has that user name, or had it once.",
    "organisation": "There is no organisation with this code.",
    "organisation_closed": "The organisation is closed, or closes.",
    "import_under_way": "An administrator imports people there. Ask them, or try again later.",
    "hours": "The role is given for 1 to 24 hours.",
    "reason": "Say why, in 200 characters at most: every platform administrator reads it.",
    "no_root": "There is no organisation yet. Run `wardkey create-administrator` instead.",
    "organisation_awake": "One of these does not sleep. See `wardkey restored status`.",
    "erased": "Whoever had that user name is erased.",
    "nobody": "Nobody has that user name.",
    "not_closed": "That account is not closed. An administrator closes it, under User Management.",
    "restorable": "That account was closed less than 30 days ago, and may still be restored.",
    "not_active": "That account is not in use, or its organisation is suspended. Name another one.",
}


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """What a flow or the settings refuse, as a sentence and exit status 1."""
    try:
        yield
    except (Mistake, ValueError, OSError) as refusal:
        raise click.ClickException(WORDS.get(str(refusal), str(refusal))) from refusal
    except (DatabaseError, InterfaceError) as error:
        raise click.ClickException(f"The database refused{_why(error)}.") from error


def _why(error: Exception) -> str:
    """Of what is not about the database itself, it tells the values of a row too."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return f" ({str(error).strip().partition(chr(10))[0]}). Look at it, and at DATABASE_URL"
    return ": ask `wardkey check`"


def with_portal(command: Callable[..., None]) -> Callable[..., None]:
    """The settings are read and the rooms open before the command runs."""

    @wraps(command)
    def run(**words: object) -> None:
        with refusals_in_words():
            django.setup()
            _keep_from_others()
            command(**words)

    return run


def _keep_from_others() -> None:
    from .seen_by_others import keep_from_others

    keep_from_others()


def safe(command: Callable[..., None]) -> Callable[..., None]:
    """The command runs only where `wardkey check` has nothing to say."""

    @wraps(command)
    def run(**words: object) -> None:
        from . import checks

        if found := checks.faults():
            logger.error("config.refused: `wardkey check` has %d sentences on it", len(found))
            click.echo("\n".join(found), err=True)
            raise Exit(1)
        command(**words)

    return run


@contextmanager
def told_when_stopped(words: str) -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: what was begun is cleared away, and `words` say how it
    stands."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt as stopped:
        raise click.ClickException(words) from stopped
    finally:
        signal.signal(signal.SIGTERM, before)


def require_writable(report: Path | None) -> None:
    """Before anything is done. Raises OSError. It will hold names: nobody else reads a new one."""
    if report is not None:
        os.close(os.open(report, os.O_CREAT | os.O_WRONLY, 0o600))
