"""`python -m wardkey_station.simulator FILE` lends a simulated key to programs on this machine.

It prints the path that they open like a key's device file (`fido2-token -I PATH`), and ends when
the key is pulled out, or with Ctrl-C.
"""

import sys
from pathlib import Path

import click

from .port import LABEL, SimulatedPort
from .serving import serve


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def main(file: Path) -> None:
    """Lend the simulated key whose state is kept in FILE to other programs."""
    if sys.platform == "win32":
        raise click.ClickException("Windows has no pseudo-terminals that a program could open.")
    from .terminal import DeviceFile

    device_file = DeviceFile()
    click.echo(f"{LABEL} at {device_file.path}")
    serve(SimulatedPort(file), device_file)


if __name__ == "__main__":
    main()
