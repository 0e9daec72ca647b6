"""Start the demo on a free port, look at it as a newcomer would, and stop it with Ctrl-C.

Exit status 0: its sign-in page answered, demo.json names everybody it should, the demo ended with
status 0 and left no process behind.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

PATIENCE = 180  # seconds until the demo answers, its first database included
GRACE = 20  # seconds until it has ended
ROLES = {
    "person",
    "helpdesk",
    "local_administrator",
    "primary_local_administrator",
    "auditor",
    "platform_administrator",
}
PEOPLE = {
    "asha@northside.example": ("local_administrator", "NORTH"),
    "priya@northside.example": ("primary_local_administrator", "NORTH"),
    "ben@northside.example": ("person", "NORTH"),
    "dev@northside.example": ("person", "NORTH"),
    "hal@northside.example": ("helpdesk", "NORTH"),
    "olu@northside.example": ("auditor", "NORTH"),
    "cara@southside.example": ("local_administrator", "SOUTH"),
    "eve@southside.example": ("person", "SOUTH"),
    "root@wardkey.example": ("platform_administrator", "PLATFORM"),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*, port: int, data: str) -> subprocess.Popen:
    """The demo, leader of a process group of its own, as a terminal would start it."""
    wardkey = str(Path(sys.executable).parent / "wardkey")
    command = [wardkey, "demo", "--port", str(port), "--data", data]
    return subprocess.Popen(command, start_new_session=True)


def status_of_sign_in(port: int) -> int | None:
    connection = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        connection.request("GET", "/sign-in/")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def wait_for_sign_in(demo: subprocess.Popen, *, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while (status := status_of_sign_in(port)) is None:
        if demo.poll() is not None:
            sys.exit(f"demo-check: the demo ended by itself, with status {demo.returncode}")
        if time.monotonic() > deadline:
            sys.exit(f"demo-check: nothing answered within {PATIENCE} s")
        time.sleep(0.2)
    if status != 200:
        sys.exit(f"demo-check: /sign-in/ answered {status}")


def faults_of_person(person: dict) -> list[str]:
    missing = {"id", "username", "password", "role", "organisation"} - person.keys()
    if missing:
        return [f"a person without {', '.join(sorted(missing))}"]
    UUID(person["id"])
    expected = PEOPLE.get(person["username"], (person["role"], person["organisation"]))
    found = (person["role"], person["organisation"])
    return [] if found == expected and found[0] in ROLES else [f"{person['username']} is {found}"]


def faults_of_summary(summary: dict, *, port: int) -> list[str]:
    """What demo.json says otherwise than the README does."""
    faults = [fault for person in summary["people"] for fault in faults_of_person(person)]
    named = {person.get("username") for person in summary["people"]}
    faults += [f"{username} is not there" for username in PEOPLE.keys() - named]
    if summary["url"].rstrip("/") != f"http://localhost:{port}":
        faults.append(f"url is {summary['url']}")
    if not str(summary.get("api_token")).startswith("wk_"):
        faults.append("there is no api_token")
    if not str((summary.get("oidc_client") or {}).get("client_secret")).startswith("wkc_"):
        faults.append("there is no oidc_client")
    return faults


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def stop(demo: subprocess.Popen) -> None:
    """Press Ctrl-C, which a terminal sends to the whole group."""
    os.killpg(demo.pid, signal.SIGINT)
    try:
        status = demo.wait(GRACE)
    except subprocess.TimeoutExpired:
        sys.exit(f"demo-check: the demo still ran {GRACE} s after Ctrl-C")
    if status != 0:
        sys.exit(f"demo-check: the demo ended with status {status}")
    deadline = time.monotonic() + GRACE
    while group_is_alive(demo.pid):
        # Also while the system has yet to take note of a process that ended.
        if time.monotonic() > deadline:
            sys.exit("demo-check: the demo left a process behind")
        time.sleep(0.05)


def check(demo: subprocess.Popen, *, port: int, data: str) -> None:
    wait_for_sign_in(demo, port=port)
    summary = json.loads((Path(data) / "demo.json").read_text())
    if faults := faults_of_summary(summary, port=port):
        sys.exit("demo-check: demo.json: " + "; ".join(faults))
    stop(demo)


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="wardkey-demo-") as data:
        demo = start(port=port, data=data)
        try:
            check(demo, port=port, data=data)
        finally:
            if group_is_alive(demo.pid):
                os.killpg(demo.pid, signal.SIGKILL)
    print("demo-check: the demo starts, answers and ends as it should")


if __name__ == "__main__":
    main()
