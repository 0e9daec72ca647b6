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
        _prepare(data)
        _serve()
    click.echo("\nThe demo has stopped.")


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ValueError(f"Port {port} cannot be had: choose another with --port.") from error


def _prepare(data: Path) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    filling.learn_models()
    filling.fill_once()
    url = settings.ORIGINS[0]
    people = summary.people()
    told = {"url": url, "people": people, "api_token": programs.new_api_token()}
    write_private(data / "demo.json", json.dumps(told, indent=2) + "\n")
    connections.close_all()
    click.echo(summary.table(people))
    click.echo(f"\nAPI token: {told['api_token']}")
    click.echo(f"\nThe portal is at {url}. Mail is in {data / 'mail'}. Ctrl-C stops the demo.")


def _serve() -> None:
    stopping = told_to_stop()
    children = [_start(program) for program in PROGRAMS]
    while not stopping() and all(child.poll() is None for child in children):
        time.sleep(LOOKS_EVERY_SECONDS)
    _end(children)
    if not stopping():
        raise ValueError("The portal or its worker ended by itself; the lines above say why.")


def _start(program: str) -> subprocess.Popen:
    quiet = os.environ | {"GUNICORN_CMD_ARGS": "--log-level warning"}
    return subprocess.Popen([sys.executable, "-m", "wardkey.cli", program], env=quiet)


def _end(children: list[subprocess.Popen]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
