"""`wardkey restore`, `wardkey restored …`: a backup becomes the portal, and what sleeps wakes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from ..in_words import require_writable, told_when_stopped, with_portal

if TYPE_CHECKING:
    from ..restore.restoring import Restored

STOPPED = (
    "Stopped: `wardkey serve` does not start on this database. Empty it, and run `wardkey restore`"
    " again."
)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--replay",
    "exports",
    multiple=True,
    type=FILE,
    help="What `wardkey audit export --all --since FOLDER` wrote; as often as you have some.",
)
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=FILE,
    help="The newest that had left the machine: then no newer export was overlooked.",
)
@click.option(
    "--identity",
    "identities",
    multiple=True,
    type=FILE,
    help="The key of an encrypted backup: what `age-keygen` wrote, or a private SSH key.",
)
@click.option(
    "--complete",
    is_flag=True,
    help="You vouch that the portal did nothing after the last export (or the backup, without one):"
    " then nobody sleeps.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was applied and what somebody has to look at to this file, as lines of JSON.",
)
@with_portal
def restore(
    *,
    folder: Path,
    exports: tuple[Path, ...],
    kept: tuple[Path, ...],
    identities: tuple[Path, ...],
    complete: bool,
    report: Path | None,
) -> None:
    """Put a backup back into a blank database, and take away again what was taken away since.

    Exit status 0: done; 1: refused, or done with a trail that was damaged before, each fault of
    which is a line of JSON, or done without the report, which is said.
    """
    from ..backup import encrypting
    from ..restore import restoring

    require_writable(report)
    flow = restoring.restore_complete if complete else restoring.restore
    with told_when_stopped(STOPPED):
        restored = flow(folder, exports, kept, encrypting.identities(identities))
    for fault in restored.faults:
        click.echo(json.dumps(fault))
    for line in _in_words(restored):
        click.echo(line)
    if report is not None:
        _keep_report(report, restored)
    raise Exit(int(bool(restored.faults)))


def _keep_report(report: Path, restored: "Restored") -> None:
    try:
        _write_report(report, restored)
    except OSError as error:
        raise click.ClickException(
            f"The portal is restored, and the report could not be written: {error}. Make room for"
            " it, empty the database, and restore again before anybody works there."
        ) from error


def _write_report(report: Path, restored: "Restored") -> None:
    """With names that a person knows, of whom and what the copy knows."""
    from ...organisations.models import Organisation
    from ...people.models import Person

    names = dict(Person.objects.values_list("pk", "username"))
    codes = dict(Organisation.objects.values_list("pk", "code"))
    lists = {
        "applied": restored.replayed.applied,
        "to look at": restored.replayed.to_look_at,
    }
    with report.open("w", encoding="utf-8") as lines:
        for became, entries in lists.items():
            for each in entries:
                told = {
                    "became": became,
                    "code": each.code,
                    "at": each.at.isoformat(),
                    "holder": names.get(each.person, str(each.holder or "")),
                    "organisation": codes.get(each.place, each.organisation),
                    "entry": each.uid,
                }
                lines.write(f"{json.dumps(told)}\n")


def _in_words(restored: "Restored") -> list[str]:
    contents, ended = restored.manifest.contents, restored.ended
    lines = [
        f"Restored as of {restored.manifest.made_at}.",
        f"{contents.people} people, {contents.organisations} organisations, {contents.keys} keys.",
        f"The audit trail is known until {restored.known_until}.",
        f"Taken away again: {len(restored.replayed.applied)} times.",
        *(f"  {code}: {number}" for code, number in sorted(restored.replayed.counts.items())),
        f"For somebody to look at: {len(restored.replayed.to_look_at)} entries (--report).",
        f"Ended: {ended['sessions']} logins, {ended['api_tokens']} API tokens of people.",
        f"Ended: {ended['ways_in']} passes, invitations and codes.",
    ]
    if restored.asleep:
        lines.append(
            f"Asleep: {restored.asleep} organisations, until somebody looked. See"
            " `wardkey restored status`."
        )
    return lines


@click.group()
def restored() -> None:
    """What sleeps after a restore."""


@restored.command()
@with_portal
def status() -> None:
    """Say which organisations sleep, and what to ask before one is woken."""
    from ..restore import asleep, asleep_in_words

    for line in asleep_in_words.lines(asleep.newest_restore()):
        click.echo(line)


@restored.command()
@click.argument("codes", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="All that still sleep.")
@click.option("--reason", prompt="Reason, which its administrators read")
@with_portal
def wake(*, codes: tuple[str, ...], everybody: bool, reason: str) -> None:
    """Let the people of these organisations log in again, with the roles that they had."""
    from ..restore import asleep

    if everybody == bool(codes):
        raise click.UsageError("Give the codes of organisations, or --all.")
    woken = asleep.wake_all(reason=reason) if everybody else asleep.wake(codes, reason=reason)
    click.echo(f"{len(woken)} organisations are awake. Their administrators are told by mail.")
