"""A ZIP file of an evidence pack, with the SHA-256 of each file in it, given away while it is made.

    Pack.add            a file, line by line
    Pack.add_manifest   the last file, which lists the others; its own SHA-256 is `Pack.manifest`
    Pack.close          without this end no program opens it

Each gives the bytes that it made. The manifest is as `sha256sum` writes it, so that `sha256sum -c
manifest.txt` checks the pack. Times in the ZIP are the day that it is about: the same files give
the same bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "manifest.txt"
FOR_ALL_TO_READ = 0o100644 << 16
ON_UNIX = 3


class _Outgoing:
    """What ZipFile wrote and nobody has taken yet. ZipFile cannot go back in it."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, some: bytes) -> int:
        self._waiting.append(bytes(some))
        return len(some)

    def flush(self) -> None:
        pass

    def taken(self) -> Iterator[bytes]:
        taken, self._waiting = b"".join(self._waiting), []
        if taken:
            yield taken


class Pack:
    def __init__(self, *, folder: str, day: date) -> None:
        self._outgoing = _Outgoing()
        self._zip = ZipFile(cast(IO[bytes], self._outgoing), "w")
        self._folder, self._day = folder, day
        self._sums: dict[str, str] = {}

    def add(self, name: str, lines: Iterable[bytes]) -> Iterator[bytes]:
        about = ZipInfo(f"{self._folder}/{name}", (*self._day.timetuple()[:3], 0, 0, 0))
        about.compress_type, about.create_system = ZIP_DEFLATED, ON_UNIX
        about.external_attr = FOR_ALL_TO_READ
        told = hashlib.sha256()
        with self._zip.open(about, "w") as file:
            yield from self._outgoing.taken()  # its name, before it has a line
            for line in lines:
                told.update(line)
                file.write(line)
                yield from self._outgoing.taken()
        yield from self._outgoing.taken()
        self._sums[name] = told.hexdigest()

    def add_manifest(self) -> Iterator[bytes]:
        listed = [f"{told}  {name}\n".encode() for name, told in self._sums.items()]
        yield from self.add(MANIFEST, listed)

    @property
    def manifest(self) -> str:
        """Its SHA-256, in hex."""
        return self._sums[MANIFEST]

    def close(self) -> Iterator[bytes]:
        self._zip.close()
        yield from self._outgoing.taken()
