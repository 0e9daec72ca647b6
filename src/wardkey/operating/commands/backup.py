"""`wardkey backup`: a copy of everything while the portal runs."""

from pathlib import Path

import click

from ..in_words import with_portal


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_portal
def backup(*, folder: Path) -> None:
    """Copy the whole portal into FOLDER, which is made; people go on working meanwhile.

    The secret key is not in it: keep that elsewhere. Exit status 0: all of it is on the disk.
    """
    from ..backup import backing_up

    manifest = backing_up.back_up(folder.absolute())
    told = manifest.contents
    entries = sum(tree["size"] for tree in told.trees.values())
    click.echo(
        f"{folder}: {told.people} people of {told.organisations} organisations, {told.keys} keys,"
        f" {entries} entries of the audit trail, as of {manifest.made_at}; {manifest.bytes} bytes."
    )
