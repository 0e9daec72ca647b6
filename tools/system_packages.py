"""See that the programs which the tests need are here; install them where that is possible.

Chromium or its headless shell walks the journeys, libatomic is what the Node inside Playwright's
package links to, PostgreSQL is the second database, fido2-tools judge the simulated key, Apache
with mod_auth_openidc is an application to which people log in, OpenSSH signs releases, iproute2
connects the hosts of tests/hosts.py, Valkey or Redis is a cache, and pseudo-terminals are where
tests type what people type. Other targets name themselves: `guide` needs ffmpeg for its video and
Pango for its PDF; it, `screenshots` and `compatibility` need the Chromium that people have. Only
root on a system with apt-get gets them; everybody else gets the sentence that says what is missing.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Debian's package would make and start a cluster; the tests start a private one.
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")
SHELL = "chromium-headless-shell"
CHROMIUM_OR_SHELL = "Chromium or its headless shell"


def chromium_is_here() -> bool:
    return shutil.which("chromium") is not None


def browser_of_the_journeys_is_here() -> bool:
    return shutil.which(SHELL) is not None or chromium_is_here()


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


def apache_is_here() -> bool:
    module = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
    return Path("/usr/sbin/apache2").is_file() and module.is_file()


def openssh_is_here() -> bool:
    return shutil.which("ssh-keygen") is not None


def iproute2_is_here() -> bool:
    return any(Path(folder, "ip").is_file() for folder in ("/usr/sbin", "/sbin", "/usr/bin"))


def valkey_is_here() -> bool:
    """The packages of tools hold the server too, under this name (tests/valkey.py)."""
    return any(shutil.which(f"{each}-check-rdb") for each in ("valkey", "redis"))


def pseudo_terminals_are_here() -> bool:
    try:
        ends = os.openpty()
    except OSError:
        return False
    for end in ends:
        os.close(end)
    return True


def mount_pseudo_terminals() -> None:
    """A Debian in a folder of another one has the other's /dev, and nothing in /dev/pts."""
    subprocess.run(["mount", "--make-private", "/dev"], check=False)
    subprocess.run(["mount", "-t", "devpts", "devpts", "/dev/pts"], check=True)


def apt_knows(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0


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


def install_browser_of_the_journeys() -> None:
    """Debian has the shell, in which a page costs less; not every system with apt-get has."""
    install(SHELL if apt_knows(SHELL) else "chromium")


def ffmpeg_is_here() -> bool:
    return shutil.which("ffmpeg") is not None


def pango_is_here() -> bool:
    """What lays out the letters of a PDF."""
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL("libpangoft2-1.0.so.0")
    except OSError:
        return False
    return True


A_BROWSER = {"Chromium": chromium_is_here, "libatomic": libatomic_is_here}
NEEDED = {
    "test": {
        CHROMIUM_OR_SHELL: browser_of_the_journeys_is_here,
        "libatomic": libatomic_is_here,
        "PostgreSQL": postgresql_is_here,
        "fido2-tools": fido2_tools_are_here,
        "Apache with mod_auth_openidc": apache_is_here,
        "OpenSSH": openssh_is_here,
        "iproute2": iproute2_is_here,
        "Valkey or Redis": valkey_is_here,
        "pseudo-terminals": pseudo_terminals_are_here,
    },
    "compatibility": A_BROWSER,
    "screenshots": A_BROWSER,
    "guide": {**A_BROWSER, "ffmpeg": ffmpeg_is_here, "Pango": pango_is_here},
}
PACKAGES = {
    "Chromium": ["chromium"],
    "libatomic": ["libatomic1"],
    "fido2-tools": ["fido2-tools"],
    # Not `apache2`, which would start a server of its own.
    "Apache with mod_auth_openidc": ["apache2-bin", "libapache2-mod-auth-openidc"],
    "OpenSSH": ["openssh-client"],
    "iproute2": ["iproute2"],
    # Not `redis-server`, which would start one of its own; Debian 12 has no Valkey.
    "Valkey or Redis": ["redis-tools"],
    "ffmpeg": ["ffmpeg"],
    "Pango": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"],
}


def missing_programs(target: str) -> list[str]:
    return [name for name, is_here in NEEDED[target].items() if not is_here()]


def install_missing(missing: list[str]) -> None:
    if "pseudo-terminals" in missing:
        mount_pseudo_terminals()
    apt_get("update")
    if "PostgreSQL" in missing:
        install_postgresql()
    if CHROMIUM_OR_SHELL in missing:
        install_browser_of_the_journeys()
    install(*[package for name in missing for package in PACKAGES.get(name, [])])


def main() -> None:
    target = sys.argv[1] if len(sys.argv) > 1 else "test"
    missing = missing_programs(target)
    if not missing:
        return
    names = ", ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"make {target} needs {names}. Install that, or run `make {target}` as root on Debian."
        )
    print(f"Installing {names} with apt-get", flush=True)
    install_missing(missing)
    if still_missing := missing_programs(target):
        sys.exit(f"apt-get did not bring {', '.join(still_missing)}")


if __name__ == "__main__":
    main()
