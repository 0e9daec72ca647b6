"""Machines of the tests' own on one network of their own (Linux, as root).

    network     to which hosts are plugged
    Host        a machine: its own network, its own processes, its own 127.0.0.1
    wardkey     there, as an operator starts it
    asks        something of tests/served.py, by a thread of this process that is on that host
    unplug      its cable; plug puts it back
    dies        as by the power: nobody hears of it

A host is two namespaces of Linux, held by its first process, and that one lives as long as this
process holds its standard input. So whatever ends the tests ends each host with all that runs
there, and leaves neither a name nor an interface: nothing is put into the machine's own network,
and no packet leaves. `ip netns` would not do: its `exec` mounts, which a Debian in a folder of
another one cannot.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.commands import children_of, command, environment, eventually

FIRST = ("unshare", "--net", "--pid", "--fork", "--kill-child", "cat")
NETWORK = 0x40000000  # CLONE_NEWNET
THREADS = 8
PORT = 8000


def ip() -> str:
    found = shutil.which("ip", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found, "iproute2 is not installed"
    assert os.geteuid() == 0, "only root makes hosts (tests/hosts.py): run the tests as root"
    return found


class Host:
    def __init__(self, number: int, switch: "Host | None") -> None:
        self.ip, self.number, self.switch = ip(), number, switch
        self.address = f"10.0.0.{number}"
        self._first = subprocess.Popen(FIRST, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        eventually(lambda: children_of(self._first))
        [self._held_by] = children_of(self._first)
        self._threads = ThreadPoolExecutor(
            THREADS, initializer=_enter, initargs=(f"/proc/{self._held_by}/ns/net",)
        )
        self._started: list[subprocess.Popen] = []
        self._link("set", "lo", "up")

    @property
    def network(self) -> list[str]:
        """What a command begins with that is to be on this host's network."""
        return ["nsenter", f"--target={self._held_by}", "--net"]

    def join(self) -> None:
        """A cable to the switch, and an address."""
        own, theirs = str(self._held_by), f"port{self.number}"
        self.switch._link("add", theirs, "type", "veth", "peer", "name", "eth0", "netns", own)
        self.switch._link("set", theirs, "master", "lan")
        self._run("address", "add", f"{self.address}/24", "dev", "eth0")
        self._link("set", "eth0", "up")
        self.plug()

    def plug(self) -> None:
        self.switch._link("set", f"port{self.number}", "up")

    def unplug(self) -> None:
        self.switch._link("set", f"port{self.number}", "down")

    def wardkey(self, *words: str, log: Path, **settings: str) -> subprocess.Popen:
        with log.open("a") as output:
            process = subprocess.Popen(
                [*self.network, "--pid", *command(*words)],
                env=environment(**settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def begin(self, ask: Callable, *what: object, **more: object) -> Future:
        return self._threads.submit(ask, PORT, *what, **more)

    def asks(self, ask: Callable, *what: object, **more: object):
        return self.begin(ask, *what, **more).result()

    def dies(self) -> None:
        """Its cable first, so that no connection is closed in an orderly way."""
        if self._first.poll() is not None:
            return
        if self.switch:
            self.unplug()
        self._first.kill()
        self._first.communicate()
        for process in self._started:
            process.wait()
        self._threads.shutdown(cancel_futures=True)

    def _link(self, *words: str) -> None:
        self._run("link", *words)

    def _run(self, *words: str) -> None:
        subprocess.run([*self.network, self.ip, *words], check=True)


def _enter(network: str) -> None:
    """This thread alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(network).open("rb") as namespace:
        if libc.setns(namespace.fileno(), NETWORK):
            raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def network(*, hosts: int) -> Iterator[list[Host]]:
    with ExitStack() as ending:
        switch = Host(0, None)
        ending.callback(switch.dies)
        switch._link("add", "name", "lan", "type", "bridge")
        switch._link("set", "lan", "up")
        made = []
        for number in range(1, hosts + 1):
            made.append(Host(number, switch))
            ending.callback(made[-1].dies)
            made[-1].join()
        yield made
