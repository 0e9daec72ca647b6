"""See that the programs which the tests need are here; install them where that is possible.

Chromium walks the journeys, libatomic is what the Node inside Playwright's package links to,
PostgreSQL is the second database, and fido2-tools judge the simulated key. Only root on a system with apt-get gets them installed;
everybody else gets the sentence that says what is missing.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Debian's package would make and start a cluster; the tests start a private one.
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")


def chromium_is_here() -> bool:
    return shutil.which("chromium") is not None


def libatomic_is_here() -> bool:
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def postgresql_is_here() -> bool:
    return bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def fido2_tools_are_here() -> bool:
    return all(shutil.which(f"fido2-{each}") for each in ("assert", "cred", "token"))


def apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def install(*packages: str) -> None:
    apt_get("install", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *packages)


def install_postgresql() -> None:
    install("postgresql-common")
    with CLUSTERS.open("a") as configuration:
        configuration.write("\ncreate_main_cluster = false\n")
    install("postgresql")


def missing_programs() -> list[str]:
    here = {
        "Chromium": chromium_is_here(),
        "libatomic": libatomic_is_here(),
        "PostgreSQL": postgresql_is_here(),
        "fido2-tools": fido2_tools_are_here(),
    }
    return [name for name, is_here in here.items() if not is_here]


def install_missing(missing: list[str]) -> None:
    apt_get("update")
    if "PostgreSQL" in missing:
        install_postgresql()
    packages = {
        "Chromium": "chromium",
        "libatomic": "libatomic1",
        "fido2-tools": "fido2-tools",
    }
    install(*[package for name, package in packages.items() if name in missing])


def main() -> None:
    missing = missing_programs()
    if not missing:
        return
    names = ", ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need {names}. Install that, or run `make test` as root on Debian.")
    print(f"Installing {names} with apt-get", flush=True)
    install_missing(missing)
    if still_missing := missing_programs():
        sys.exit(f"apt-get did not bring {', '.join(still_missing)}")


if __name__ == "__main__":
    main()
