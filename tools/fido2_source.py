"""Fetch fido2's source distribution, whose device tests judge the simulated key.

It and what builds its metadata are locked in requirements/fido2-source.txt; nothing of it is
installed. Its tests come into .venv/fido2-source, the rest is left away.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "fido2-source.txt"
PLACE = Path(sys.prefix) / "fido2-source"
QUIET = ["--quiet", "--disable-pip-version-check", "--no-input"]


def pip(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, *QUIET]
    subprocess.run(command, check=True, env={**os.environ, **environment})


def locked(name: str) -> str:
    """The lines of the lock file for one package: its version and its hashes."""
    lines = LOCK.read_text().replace("\\\n", "").splitlines()
    return next(line for line in lines if line.startswith(f"{name}=="))


def fetched(folder: Path) -> Path:
    """The archive. To name it, pip asks poetry-core, which comes into the folder too."""
    for name in ("poetry-core", "fido2"):
        (folder / f"{name}.txt").write_text(locked(name))
    builder = str(folder / "builder")
    only_wheels = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--target", builder]
    pip("install", *only_wheels, "-r", str(folder / "poetry-core.txt"))
    only_source = ["--require-hashes", "--no-binary", "fido2", "--no-deps", "--no-build-isolation"]
    wanted = ["-r", str(folder / "fido2.txt"), "--dest", str(folder)]
    pip("download", *only_source, *wanted, PYTHONPATH=builder)
    (archive,) = folder.glob("fido2-*.tar.gz")
    return archive


def unpack(archive: Path) -> None:
    """The tests alone: beside them, the library of the archive would hide the installed one."""
    shutil.rmtree(PLACE, ignore_errors=True)
    top = archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            content = packed.extractfile(member)
            if content and member.name.startswith(f"{top}/tests/"):
                write(PLACE / member.name.removeprefix(f"{top}/"), content.read())


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="wardkey-fido2-") as folder:
        unpack(fetched(Path(folder)))


if __name__ == "__main__":
    main()
