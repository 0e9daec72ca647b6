"""Ratios against floors and peers, each measured in one run on one machine.

    make bench              everything
    make bench ONLY=signin  one suite
    make bench ONLY=peer    the one that is not among everything: it installs the peer first

Exits 1 where a ratio is over its limit.
"""

import importlib
import sys

SUITES = (
    "ceremonies",
    "signin",
    "rush",
    "api",
    "exchange",
    "metadata",
    "memory",
    "importing",
    "audit",
    "overview",
    "scale",
)
ASKED_FOR = ("peer",)


def main(only: str = "") -> int:
    known = SUITES + ASKED_FOR
    if only and only not in known:
        print(f"There is no suite {only!r}: choose from {', '.join(known)}.", file=sys.stderr)
        return 2
    over = 0
    for suite in [only] if only else SUITES:
        for name, ratio, limit in importlib.import_module(f"bench.{suite}").run():
            print(f"bench {name} ratio {ratio:.2f} limit {limit:.2f}", flush=True)
            over += ratio > limit
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
