"""A ZIP file of an evidence pack, with the SHA-256 of each file in it.

    Pack.add      a file, line by line
    Pack.close    with the manifest as its last file, whose own SHA-256 it returns

The manifest is as `sha256sum` writes it, so that `sha256sum -c manifest.txt` checks the pack. Times
in the ZIP are the day that it is about: the same files give the same bytes.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "manifest.txt"
FOR_ALL_TO_READ = 0o100644 << 16
ON_UNIX = 3


class Pack:
    def __init__(self, into: IO[bytes], *, folder: str, day: date) -> None:
        self._zip, self._folder, self._day = ZipFile(into, "w"), folder, day
        self._sums: dict[str, str] = {}

    def add(self, name: str, lines: Iterable[bytes]) -> str:
        """The SHA-256, in hex."""
        about = ZipInfo(f"{self._folder}/{name}", (*self._day.timetuple()[:3], 0, 0, 0))
        about.compress_type, about.create_system = ZIP_DEFLATED, ON_UNIX
        about.external_attr = FOR_ALL_TO_READ
        told = hashlib.sha256()
        with self._zip.open(about, "w") as file:
            for line in lines:
                told.update(line)
                file.write(line)
        self._sums[name] = told.hexdigest()
        return self._sums[name]

    def close(self) -> str:
        listed = [f"{told}  {name}\n".encode() for name, told in self._sums.items()]
        told = self.add(MANIFEST, listed)
        self._zip.close()
        return told
