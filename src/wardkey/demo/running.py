"""The demo from start to Ctrl-C.

run    database, people, demo.json; then the portal and the worker, until one is told to stop
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from ..operating.stopping import told_to_stop
from . import filling, programs, summary
from .surroundings import write_private

PROGRAMS = ("serve", "worker")
GRACE_SECONDS = 10
LOOKS_EVERY_SECONDS = 0.2


def run(*, port: int, data: Path) -> None:
    """Returns after Ctrl-C or SIGTERM. Raises ValueError with a sentence."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _require_free(port)
        example = _prepare(data, example_port=_free_port(port + 1))
        _serve(example)
    click.echo("\nThe demo has stopped.")


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ValueError(f"Port {port} cannot be had: choose another with --port.") from error


def _free_port(wanted: int) -> int:
    """That one; another one where somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError, OverflowError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ValueError("No port can be had for the example application.")


def _prepare(data: Path, *, example_port: int) -> dict[str, str]:
    """What the example application has to know."""
    call_command("migrate", interactive=False, verbosity=0)
    filling.learn_models()
    filling.fill_once()
    url = settings.ORIGINS[0]
    people = summary.people()
    client = programs.new_oidc_client(port=example_port)
    told = {
        "url": url,
        "people": people,
        "api_token": programs.new_api_token(),
        "oidc_client": client,
    }
    write_private(data / "demo.json", json.dumps(told, indent=2) + "\n")
    connections.close_all()
    click.echo(summary.table(people))
    click.echo(f"\nAPI token: {told['api_token']}")
    click.echo(f"\nAn example application is at http://localhost:{example_port}/.")
    click.echo(f"The portal is at {url}. Mail is in {data / 'mail'}. Ctrl-C stops the demo.")
    return {
        "EXAMPLE_ISSUER": url,
        "EXAMPLE_PORT": str(example_port),
        "EXAMPLE_CLIENT_ID": client["client_id"],
        "EXAMPLE_CLIENT_SECRET": client["client_secret"],
    }


def _serve(example: dict[str, str]) -> None:
    stopping = told_to_stop()
    children = [_start("wardkey.cli", program) for program in PROGRAMS]
    children.append(_start("wardkey.demo.example", **example))
    while not stopping() and all(child.poll() is None for child in children):
        time.sleep(LOOKS_EVERY_SECONDS)
    _end(children)
    if not stopping():
        raise ValueError("The portal or its worker ended by itself; the lines above say why.")


def _start(module: str, *words: str, **told: str) -> subprocess.Popen:
    quiet = os.environ | {"GUNICORN_CMD_ARGS": "--log-level warning"} | told
    return subprocess.Popen([sys.executable, "-m", module, *words], env=quiet)


def _end(children: list[subprocess.Popen]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
