"""FILE: the script, and each key's state between commands.

It is written whole under another name and then takes the old one's place: whoever is stopped at any
moment leaves the old state or the new one. What is no such file is refused and left as it is.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Exit, Refused
from ..words import _
from .attestation import Batch
from .records import WrongRecord, from_json, to_json
from .script import Profile, Script
from .sense import require_sense

FORMAT = "SIMULATED KEYS of wardkey-station, 1"
MAX_PIN_RETRIES = 8
READ_BY_PEOPLE = 5  # keys; lines for people take four times as long, which a stack feels
# CTAP §6.10: the empty array, and the first 16 bytes of its SHA-256.
NO_LARGE_BLOBS = bytes.fromhex("8076be8b528d0075f7aae98d6fa57a6d3c")


@dataclass
class Credential:
    """`rp_id` is empty where it was made by U2F, which knows only its hash. `made` counts them."""

    credential_id: bytes
    algorithm: int
    private_key: bytes
    rp_id_hash: bytes
    made: int
    rp_id: str = ""
    rp_name: str | None = None
    user_id: bytes = b""
    user_name: str | None = None
    user_display_name: str | None = None
    discoverable: bool = False
    protection: int = 1
    random_with_uv: bytes = b""
    random_without_uv: bytes = b""
    blob: bytes = b""
    large_blob_key: bytes | None = None
    third_party_payment: bool = False


@dataclass
class Storage:
    """What a reset erases."""

    min_pin_length: int
    pin_hash: bytes | None = None
    pin_length: int = 0
    pin_retries: int = MAX_PIN_RETRIES
    force_pin_change: bool = False
    min_pin_rp_ids: list[str] = field(default_factory=list)
    always_uv: bool = False
    enterprise_attestation: bool = False
    sign_count: int = 0
    credentials: list[Credential] = field(default_factory=list)
    large_blobs: bytes = NO_LARGE_BLOBS


@dataclass
class Power:
    """`since` is in seconds since 1970; `plugs` counts how often the key was plugged in."""

    plugged_in: bool = False
    since: float = 0
    plugs: int = 0
    wrong_pins_in_a_row: int = 0


@dataclass
class KeyState:
    serial: str
    attestation: Batch
    storage: Storage
    power: Power = field(default_factory=Power)


@dataclass
class Progress:
    """How far the script has come."""

    skipped_s: float = 0
    exchanges: int = 0
    touches: int = 0
    replugs: int = 0


@dataclass
class Contents:
    format: str = FORMAT
    script: Script = field(default_factory=Script)
    progress: Progress = field(default_factory=Progress)
    keys: list[KeyState] = field(default_factory=list)


def new_key(profile: Profile) -> KeyState:
    return KeyState(
        serial=profile.serial,
        attestation=Batch.issued(profile.aaguid, profile.serial),
        storage=Storage(min_pin_length=profile.min_pin_length),
    )


def read(file: Path) -> Contents:
    """A new file's contents where there is none. Refused where it is another thing."""
    try:
        raw = json.loads(file.read_bytes())
        if not is_ours(raw):
            raise WrongRecord(f"format: “{FORMAT}” is expected here")
        contents = from_json(Contents, raw)
        require_sense(contents.script)
        return contents
    except FileNotFoundError:
        return Contents()
    except (OSError, ValueError) as error:
        raise _refused(file, error) from error


def is_ours(raw: object) -> bool:
    """Whoever writes a script by hand need not say what the file is."""
    return isinstance(raw, dict) and (
        raw.get("format") == FORMAT or ("script" in raw and "format" not in raw)
    )


def write(file: Path, contents: Contents) -> None:
    # Only its owner reads it: the keys in it are as good as real ones to whoever trusts them.
    few = len(contents.keys) <= READ_BY_PEOPLE
    try:
        number, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
        with os.fdopen(number, "w", encoding="utf-8") as new:
            new.write(json.dumps(contents, default=to_json, indent=1 if few else None))
        Path(name).replace(file)
    except OSError as error:
        raise _refused(file, error) from error


def _refused(file: Path, error: Exception) -> Refused:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    if isinstance(error, json.JSONDecodeError):
        reason = _("it is not JSON (line {line})").format(line=error.lineno)
    if isinstance(error, UnicodeDecodeError):
        reason = _("it is not text")
    said = _(
        "{file} cannot be used for simulated keys: {reason}. It was left as it is. "
        "Name a file that does not exist yet, or mend this one."
    )
    return Refused(said.format(file=file, reason=reason), exit_status=Exit.INPUT)


def write_script(file: Path, script: Script) -> None:
    """The script anew, from its beginning; the keys stay as they are."""
    require_sense(script)
    contents = read(file)
    contents.script = script
    contents.progress = Progress(skipped_s=contents.progress.skipped_s)
    write(file, contents)
