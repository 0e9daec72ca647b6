"""By turns, round after round: python -m bench.peer.measuring TOKENS FOLDER URL.

The portal's database is that of DATABASE_URL, the peer's that of URL.
"""

import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from bench.served import database_server, milliseconds_of_server

from . import ours, theirs

# (rounds, times in a round). Enrolling one among 100,000 takes the peer half a minute.
TURNS = {"sign_in": (7, 4), "keys": (7, 15), "page": (7, 8), "enrolment": (3, 2)}
ONE_TURN = {"enrolment": (1, 1)}
LARGE = 50_000


class Side:
    """One of the two, and what its asking cost."""

    def __init__(self, portal, pid: int, url: str) -> None:
        self.portal = portal
        self.servers = [each for each in (pid, database_server(url)) if each]
        self.waited: dict[str, list[float]] = defaultdict(list)
        self.spent: dict[str, list[float]] = defaultdict(list)

    def turn(self, work: str, times: int) -> None:
        before = self._cpu()
        for _each in range(times):
            began = time.monotonic()
            getattr(self.portal, work)()
            self.waited[work].append((time.monotonic() - began) * 1000)
        self.spent[work].append((self._cpu() - before) / times)

    def _cpu(self) -> float:
        return sum(map(milliseconds_of_server, self.servers))

    def p95(self, work: str) -> float:
        ordered = sorted(self.waited[work])
        return ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]


def measure(keys: int, folder: str, url: str) -> None:
    environment = dict(os.environ)
    with (
        ours.served(folder, keys, environment) as mine,
        theirs.served(Path(folder, "privacyidea"), url, keys) as peers,
    ):
        own, peer = Side(*mine, environment["DATABASE_URL"]), Side(*peers, url)
        turns = TURNS | (ONE_TURN if keys > LARGE else {})
        for work, (rounds, times) in turns.items():
            take_turns(work, rounds, times, own, peer)
    kind = url.partition(":")[0]
    print(f"\n{f'{keys} tokens, {kind}':24}{'CPU ms':>7}{'peer':>9}{'p95':>9}{'peer':>9}")
    ratios = [told for work in turns for told in compared(work, own, peer)]
    print(*ratios)


def take_turns(work: str, rounds: int, times: int, own: Side, peer: Side) -> None:
    """The first time loads what either needs; each begins every other round."""
    for side in (own, peer) if rounds > 1 else ():
        getattr(side.portal, work)()
    for number in range(rounds):
        for side in (own, peer) if number % 2 else (peer, own):
            side.turn(work, times)


def compared(work: str, own: Side, peer: Side) -> list[str]:
    pairs = zip(own.spent[work], peer.spent[work], strict=True)
    cpu = statistics.median(mine / theirs for mine, theirs in pairs)
    spent = [statistics.median(side.spent[work]) for side in (own, peer)]
    p95 = [side.p95(work) for side in (own, peer)]
    print(f"{work:22}{spent[0]:9.1f}{spent[1]:9.1f}{p95[0]:9.1f}{p95[1]:9.1f}")
    return [f"{work}.cpu={cpu:.4f}", f"{work}.p95={p95[0] / p95[1]:.4f}"]


if __name__ == "__main__":
    measure(int(sys.argv[1]), *sys.argv[2:])
