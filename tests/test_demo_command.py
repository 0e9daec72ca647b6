"""`wardkey demo`: how it starts, starts again, and ends."""

import http.client
import json
import os
import signal
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.commands import PATIENCE, children_of, eventually, free_port, running, wardkey
from wardkey.demo import cast

NAMES = {character.username for character in cast.NAMED}


def status_of(port, address):
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        connection.request("GET", address)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


@contextmanager
def started(port, data):
    log = data.with_suffix(".log")
    with running("demo", "--port", str(port), "--data", str(data), log=log) as demo:
        eventually(lambda: demo.poll() is not None or status_of(port, "/sign-in/") == 200)
        assert demo.poll() is None, log.read_text()
        yield demo
        eventually(lambda: not group_is_alive(demo))


def group_is_alive(demo):
    try:
        os.killpg(demo.pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_its_owners_alone(data):
    for name in ("demo.json", "secret-key"):
        assert (data / name).stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700


def test_the_demo_starts_and_starts_again_and_ends_cleanly(tmp_path):
    """The last time with its worker or its portal: to fill it once takes longest of all."""
    port, data = free_port(), tmp_path / "demo"
    with started(port, data) as demo:
        first = json.loads((data / "demo.json").read_text())
        secret = (data / "secret-key").read_text()
        assert status_of(port, "/assets/wardkey/ceremony.js") == 200
        is_its_owners_alone(data)
        example = urlsplit(first["oidc_client"]["redirect_uri"]).port
        eventually(lambda: status_of(example, "/") == 200)
        log = data.with_suffix(".log")
        eventually(lambda: "the worker has started" in log.read_text())
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        assert demo.wait(timeout=PATIENCE) == 0
    assert "Traceback" not in log.read_text()
    assert first["url"] == f"http://localhost:{port}"
    assert {each["username"] for each in first["people"]} == NAMES
    assert first["api_token"].startswith("wk_")
    assert first["oidc_client"]["client_secret"].startswith("wkc_")
    assert first["oidc_client"]["redirect_uri"].endswith("/back")
    with started(port, data) as demo:
        again = json.loads((data / "demo.json").read_text())
        demo.terminate()
        assert demo.wait(timeout=PATIENCE) == 0
    assert (data / "secret-key").read_text() == secret
    assert first["api_token"] != again["api_token"]
    for before, after in zip(first["people"], again["people"], strict=True):
        passes = [each.pop("access_pass", None) for each in (before, after)]
        assert before == after
        assert passes == [None, None] or passes[0] != passes[1]
    with started(port, data) as demo:
        is_its_owners_alone(data)
        people = json.loads((data / "demo.json").read_text())["people"]
        printed = data.with_suffix(".log").read_text()
        assert all(each.get("access_pass", "") in printed for each in people)
        os.kill(children_of(demo)[-1], signal.SIGKILL)
        assert demo.wait(timeout=PATIENCE) == 1
    assert "ended by itself" in data.with_suffix(".log").read_text()


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = wardkey("demo", "--port", port, "--data", str(tmp_path / "demo"))
    assert refused.returncode == 1
    assert refused.stderr == f"Error: Port {port} cannot be had: choose another with --port.\n"
