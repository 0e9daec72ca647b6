"""`wardkey audit …`: whether the audit trail is whole, and an organisation's part of it."""

import json
from datetime import datetime
from pathlib import Path

import click
from click.exceptions import Exit

from ..in_words import with_portal

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

    Exit status 0: none; 1: there are some; 2: a checkpoint or the trail cannot be read,
    or not to its end.
    """
    from django.db import DatabaseError

    from ...audit import notes, purged, verifying
    from .. import how_far

    def telling(stream: str, size: int) -> how_far.Done:
        return how_far.counting(f"Comparing {size} entries ({stream}s).", of=size)

    damaged = False
    try:
        heads = verifying.heads_in([notes.text_in(path) for path in checkpoints])
        for fault in verifying.faults(heads, telling=telling):
            damaged = True
            click.echo(json.dumps(fault))
    except (notes.Unreadable, DatabaseError, ChildProcessError) as error:
        click.echo(f"The trail cannot be judged: {error}.", err=True)
        raise Exit(UNREADABLE) from error
    except purged.Meanwhile as error:
        click.echo("Entries were purged meanwhile: verify again in a minute.", err=True)
        raise Exit(UNREADABLE) from error
    told = "The trail is damaged" if damaged else "Nothing is wrong"
    how_far.tell(f"{told}: {verifying.sealed()} sealed entries were looked at.")
    raise Exit(int(damaged))


@audit.command()
@click.option("--organisation", "code", help="Whose entries: its code.")
@click.option("--all", "whole", is_flag=True, help="Everybody's: for `wardkey restore --replay`.")
@click.option(
    "--stream",
    "streams",
    multiple=True,
    type=click.Choice(["change", "attempt"]),
    default=("change", "attempt"),
    help="With --all: this one alone.",
)
@click.option(
    "--since",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A checkpoint, or a backup's folder. With --all: only what came after it. Else: the trail"
    " is proved to begin with it.",
)
@with_portal
def export(
    *, code: str | None, whole: bool, streams: tuple[str, ...], since: tuple[Path, ...]
) -> None:
    """Write an organisation's entries as lines of JSON, with what proves that none is left out;
    or all entries, which the portal takes up again after a restore."""
    from ...audit import notes
    from ...reports.trail import audit_export, whole_export

    if whole == bool(code):
        raise click.UsageError("Give either --organisation or --all.")
    try:
        kept = [notes.text_in(path) for each in since for path in _checkpoints_at(each)]
        lines = (
            whole_export.export(streams, since=kept)
            if code is None
            else audit_export.export(code, since=kept)
        )
        for line in lines:
            click.echo(line)
    except notes.Unreadable as error:
        click.echo(f"A checkpoint cannot be used: {error}.", err=True)
        raise Exit(UNREADABLE) from error


def _checkpoints_at(path: Path) -> list[Path]:
    return sorted(path.glob("*.checkpoint")) if path.is_dir() else [path]


@audit.command()
@click.option(
    "--before",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="What happened before that day, in UTC: 2026-05-01.",
)
@click.option("--yes", is_flag=True, help="Without asking first.")
@with_portal
def purge(*, before: datetime, yes: bool) -> None:
    """Delete logins and refusals whose time is over. Changes are kept.

    How many were deleted of each organisation, and by which day, stays in the trail, sealed and
    signed. Run `wardkey audit verify` before. It may be stopped, and begun again, at any time.
    """
    from ...audit import purging
    from .. import how_far

    day = before.date()
    purging.require_old_enough(day)
    entries = purging.how_many(day)
    how_far.tell(f"{entries} logins and refusals are from before {day} (UTC).")
    if entries and not yes:
        click.confirm("Delete them for good?", abort=True, err=True)
    more = how_far.counting("Deleting them.", of=entries)
    for done in purging.purge(day):
        more(done)
    # Also where nothing was left to delete: one that was killed at its end may have left just this.
    how_far.begin("They are deleted. What says so is sealed, and signed.")


@audit.command()
@with_portal
def key() -> None:
    """Print the public keys of checkpoints, as C2SP signed notes have them: a line a stream.

    Their fingerprint goes to standard error: tell it auditors who downloaded the keys.
    """
    from ...audit import checkpoint_keys

    checkpoint_keys.signing_key()
    click.echo(checkpoint_keys.public_lines(), nl=False)
    click.echo(f"SHA-256 of these lines: {checkpoint_keys.fingerprint()}", err=True)
