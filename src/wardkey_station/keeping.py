"""Where the station's API token is kept: in the system's keyring, or in a file of its own.

    InKeyring   what the system keeps for one user, opened when they log in to it
    InFile      for machines without one: a file that nobody else may read

Each reads, keeps and forgets.
"""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .errors import Exit, Refused
from .words import _

SERVICE = "wardkey-station"
LONGEST = 200
PROBE = "is anything kept?"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Keeping(Protocol):
    def require_usable(self) -> None:
        """Before somebody types a code, which works once."""

    def read(self) -> str | None: ...

    def keep(self, api_token: str) -> None: ...

    def forget(self) -> None: ...


@dataclass(frozen=True)
class InKeyring:
    """One for each portal."""

    address: str

    def require_usable(self) -> None:
        """Some keyrings take what they are given and keep nothing."""
        kept = self.read()
        try:
            self.keep(kept or PROBE)
        finally:
            if not kept:
                self.forget()

    def read(self) -> str | None:
        import keyring

        try:
            return keyring.get_password(SERVICE, self.address)
        except Exception:  # noqa: BLE001  each system's keyring fails in its own way
            return None

    def keep(self, api_token: str) -> None:
        import keyring

        try:
            keyring.set_password(SERVICE, self.address, api_token)
        except Exception as error:
            raise no_keyring() from error
        if self.read() != api_token:
            raise no_keyring()

    def forget(self) -> None:
        import keyring

        try:
            keyring.delete_password(SERVICE, self.address)
        except Exception:  # noqa: BLE001  there was none, or no keyring at all
            return


@dataclass(frozen=True)
class InFile:
    file: Path

    def require_usable(self) -> None:
        if not self.file.absolute().parent.is_dir():
            said = _("The folder of {file} does not exist.")
            raise refusal(said.format(file=self.file))

    def read(self) -> str | None:
        """Refused where others may read it too."""
        try:
            if os.name == "posix" and self.file.stat().st_mode & OTHERS:
                said = _(
                    "Others can read {file}, so it was not used. Run: chmod 600 {file}, and make "
                    "another API token if somebody may have read it."
                )
                raise refusal(said.format(file=self.file))
            return self.file.read_text(encoding="utf-8")[:LONGEST].strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self.cannot(error) from error

    def keep(self, api_token: str) -> None:
        try:
            number, name = tempfile.mkstemp(dir=self.file.absolute().parent, prefix=".wardkey.")
            with os.fdopen(number, "w", encoding="utf-8") as new:
                new.write(api_token + "\n")
            Path(name).replace(self.file)
        except OSError as error:
            raise self.cannot(error) from error

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)

    def cannot(self, error: Exception) -> Refused:
        reason = getattr(error, "strerror", None) or _("it is not text")
        said = _("{file} cannot be used for an API token: {reason}.")
        return refusal(said.format(file=self.file, reason=reason))


def no_keyring() -> Refused:
    return refusal(
        _(
            "This system has no keyring that keeps the API token. Log in with "
            "--api-token-file FILE: it is then kept in FILE, which nobody but you may read."
        )
    )


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
