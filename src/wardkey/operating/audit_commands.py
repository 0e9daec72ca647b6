"""`wardkey audit …`: whether the audit trail is whole, and an organisation's part of it."""

import json
from pathlib import Path

import click
from click.exceptions import Exit

from .in_words import with_portal

UNREADABLE = 2


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One that was kept elsewhere; as often as you have some.",
)
@with_portal
def verify(*, checkpoints: tuple[Path, ...]) -> None:
    """Find entries that were changed, removed, added or reordered: a JSON line for each.

    Exit status 0: none; 1: there are some; 2: a checkpoint or the trail cannot be read.
    """
    from django.db import DatabaseError

    from ..audit import notes, verifying

    damaged = False
    try:
        heads = verifying.heads_in([path.read_text() for path in checkpoints])
        for fault in verifying.faults(heads):
            damaged = True
            click.echo(json.dumps(fault))
    except (notes.Unreadable, UnicodeDecodeError, DatabaseError) as error:
        click.echo(f"The trail cannot be judged: {error}.", err=True)
        raise Exit(UNREADABLE) from error
    told = "The trail is damaged" if damaged else "Nothing is wrong"
    click.echo(f"{told}: {verifying.sealed()} sealed entries were looked at.", err=True)
    raise Exit(int(damaged))


@audit.command()
@click.option("--organisation", "code", required=True, help="Whose entries: its code.")
@click.option(
    "--since",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that the reader has: the trail is proved to begin with it.",
)
@with_portal
def export(*, code: str, since: tuple[Path, ...]) -> None:
    """Write an organisation's entries as lines of JSON, with what proves that none is left out."""
    from ..audit import notes
    from ..reports import audit_export

    try:
        for line in audit_export.export(code, since=[path.read_text() for path in since]):
            click.echo(line)
    except notes.Unreadable as error:
        click.echo(f"A checkpoint cannot be used: {error}.", err=True)
        raise Exit(UNREADABLE) from error


@audit.command()
@with_portal
def key() -> None:
    """Print the public keys of checkpoints, as C2SP signed notes have them: a line a stream."""
    from ..audit import checkpoint_keys, notes
    from ..audit.events import ATTEMPT, CHANGE

    checkpoint_keys.signing_key()
    for public in checkpoint_keys.public_keys():
        for stream in (CHANGE, ATTEMPT):
            click.echo(notes.public_line(stream, public))
