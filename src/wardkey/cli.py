"""What an operator types. A command reads its words, calls one flow, and prints what came of it.

Django is set up only once a command runs: `demo` chooses the settings first.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO

import click
from click.exceptions import Exit

from .operating.commands.audit import audit
from .operating.commands.backup import backup
from .operating.commands.erase_people import erase_people
from .operating.commands.restore import restore, restored
from .operating.in_words import refusals_in_words, require_writable, safe, with_portal


@click.group()
@click.version_option(package_name="wardkey")
def main() -> None:
    """Wardkey: the portal with which organisations run their own FIDO2 security keys."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardkey.settings")


@main.command()
@with_portal
@safe
def check() -> None:
    """Say what is unsafe or unready, and what to do about it."""
    from .base import cache

    if not cache.answers():
        click.echo(f"The cache does not answer, or not as it should. {cache.ITS_STATE}")
    else:
        click.echo("Nothing is wrong.")


@main.command()
@with_portal
@safe
def serve() -> None:
    """Serve the portal (gunicorn)."""
    from .operating import serving

    serving.serve()


@main.command()
@with_portal
@safe
def worker() -> None:
    """Send what is in the outbox, forget old challenges, count each day."""
    from .operating import stopping, worker

    worker.run(stopping=stopping.told_to_stop())


@main.command()
@with_portal
def migrate() -> None:
    """Bring the database up to this release."""
    from .operating import migrating

    migrating.migrate()


@main.command("create-administrator")
@click.option("--username", prompt="User name")
@click.option("--name", prompt="Name")
@click.option("--email", prompt="E-mail address")
@click.option("--organisation", "code", prompt="Organisation's code")
@click.option("--organisation-name", default="", help="Asked for where the code is new.")
@with_portal
def create_administrator(
    username: str, name: str, email: str, code: str, organisation_name: str
) -> None:
    """Make a platform administrator, and print an access pass for the first login."""
    from .operating import founding

    if not organisation_name and not founding.organisation_exists(code):
        organisation_name = click.prompt("Organisation's name")
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    access_pass = founding.create_administrator(
        username=username,
        name=name,
        email=email,
        code=code,
        organisation_name=organisation_name,
        password=password,
    )
    click.echo(f"Access pass, shown only now, valid for one hour: {access_pass}")


@main.command("break-glass")
@click.option("--username", prompt="User name of whoever is to be a platform administrator")
@click.option("--reason", prompt="Reason, which every platform administrator is told")
@click.option("--hours", type=int, default=1, show_default=True, help="1 to 24.")
@click.option("--name", default="", help="Asked for where the user name is new.")
@click.option("--email", default="", help="Asked for where the user name is new.")
@with_portal
def break_glass(*, username: str, reason: str, hours: int, name: str, email: str) -> None:
    """Make somebody a platform administrator for hours: recorded, and everybody is told."""
    from .operating import break_glass, founding

    newcomer = None
    if not founding.person_exists(username):
        newcomer = break_glass.Newcomer(
            name=name or click.prompt("Name"),
            email=email or click.prompt("E-mail address"),
            password=click.prompt("Password", hide_input=True, confirmation_prompt=True),
        )
    access_pass = break_glass.break_glass(
        username=username, reason=reason, hours=hours, newcomer=newcomer
    )
    click.echo(
        f"{username} is a platform administrator for {hours} h. The others are told by mail."
    )
    if access_pass:
        click.echo(f"Access pass, shown only now, valid for one hour: {access_pass}")
    else:
        click.echo("There is no access pass: a token of theirs is in use, and they log in with it.")


@main.command("rotate-signing-key")
@click.option("--at-once", is_flag=True, help="The keys before it are void from now on.")
@with_portal
def rotate_signing_key(*, at_once: bool) -> None:
    """Sign what applications are told with a new key, from tomorrow on."""
    from .audit import log
    from .clients import signing_keys

    rotate = signing_keys.rotate_at_once if at_once else signing_keys.rotate
    key = rotate(by=log.OPERATOR)
    click.echo(f"Key {key.pk} is published, and signs from {key.signs_from:%Y-%m-%d %H:%M} UTC on.")


@main.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "code", required=True, help="Whose people: its code.")
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one line of JSON.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what becomes of each row to this file, as CSV.",
)
@with_portal
def import_people(
    *, file: Path, code: str, preview: bool, as_json: bool, report: Path | None
) -> None:
    """Add, change and move people of an organisation, and mark leavers, by a CSV file.

    All rows or none. Exit status 0: done, or nothing to do; 2: the file was refused; 1: anything
    else. Nothing has changed unless it is 0.
    """
    from .operating import importing

    require_writable(report)
    flow = importing.preview if preview else importing.import_people
    outcome = flow(file, organisation=code, report=report, tell=importing.on_terminal)
    told = importing.told_as_json(outcome) if as_json else importing.told_in_words(outcome)
    click.echo(told)
    if outcome.unwritten:
        click.echo(f"The report could not be written: {outcome.unwritten}.", err=True)
    raise Exit(outcome.exit_status)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=".demo", show_default=True)
def demo(port: int, data: Path) -> None:
    """Serve a portal filled with invented people, on this machine only."""
    from .demo import surroundings

    with refusals_in_words():
        surroundings.prepare(port=port, data=data.resolve())
    _run_demo(port=port, data=data.resolve())


@with_portal
def _run_demo(port: int, data: Path) -> None:
    from .demo import running

    running.run(port=port, data=data)


main.add_command(audit)
main.add_command(backup)
main.add_command(erase_people)
main.add_command(restore)
main.add_command(restored)


@main.group()
def ceremony() -> None:
    """Recorded ceremonies."""


@ceremony.command()
@click.argument("file", type=click.File("rb"))
@click.option("--spec", is_flag=True, help="By the standard alone, not by the portal's policy.")
def judge(*, file: BinaryIO, spec: bool) -> None:
    """Judge recorded ceremonies again: a JSON line for each, with where and why it was refused."""
    from .ceremonies import judge

    try:
        for verdict in judge.judge(file.read(), rules=judge.STANDARD if spec else judge.OUR_POLICY):
            click.echo(json.dumps(verdict))
    except judge.Unreadable as error:
        raise click.UsageError(f"The recording cannot be read: {error}") from error


@main.group()
def mds() -> None:
    """FIDO's metadata about key models."""


@mds.command()
@click.option("--file", type=click.File("rb"), help="A BLOB downloaded elsewhere.")
@with_portal
def refresh(file: BinaryIO | None) -> None:
    """Take in FIDO's metadata, from FIDO or from a file."""
    from .operating import metadata

    taken = metadata.take_in(file.read() if file else None)
    click.echo(f"No. {taken.number}: {taken.models_read} models, {len(taken.lost)} unreadable.")


if __name__ == "__main__":
    main()
