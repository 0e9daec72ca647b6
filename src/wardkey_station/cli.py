"""What an administrator types at the desk. A command reads its words, calls one flow, and prints
what came of it."""

import click


@click.group()
@click.version_option(package_name="wardkey")
def main() -> None:
    """The token station: a security key's PIN and reset, at the desk with the USB port."""
