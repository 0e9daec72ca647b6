"""`wardkey backup`: a copy of everything while the portal runs."""

from pathlib import Path

import click

from ..in_words import told_when_stopped, with_portal


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--encrypt-to",
    "whom",
    multiple=True,
    help="Encrypt the data to whoever holds this key's other half: age1… or a public SSH key.",
)
@click.option(
    "--recipients",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The same, of a file that has one a line.",
)
@with_portal
def backup(*, folder: Path, whom: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Copy the whole portal into FOLDER, which is made; people go on working meanwhile.

    The secret key is not in it: keep that elsewhere. Exit status 0: all of it is on the disk.
    """
    from ..backup import backing_up, encrypting

    recipients = encrypting.recipients(whom, files)
    with told_when_stopped(f"Stopped: there is no backup, unless {folder} is there."):
        manifest = backing_up.back_up(folder.absolute(), whom=recipients)
    told = manifest.contents
    entries = sum(tree["size"] for tree in told.trees.values())
    click.echo(
        f"{folder}: {told.people} people of {told.organisations} organisations, {told.keys} keys,"
        f" {entries} entries of the audit trail, as of {manifest.made_at}; {manifest.bytes} bytes."
    )
