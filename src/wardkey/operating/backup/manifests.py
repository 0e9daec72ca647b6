"""What stands beside the data of a backup, and vouches for it.

    written     the manifest's text: JSON, with a code that only the portal's secret key makes
    read        a manifest that is this portal's; raises ValueError with what to do
    here        what the database says of itself, in the snapshot that the copy is of
    sha256_of   a file's

The data's SHA-256 is in the manifest and the manifest is vouched for: whoever can write where
backups lie, and has not the secret key, cannot put an administrator of their own into one.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from ...audit import checkpoint_keys, folding
from ...audit.models import TABLES, Checkpoint, Tree
from ...base import sealing
from ...keys.models import SecurityKey, State
from ...organisations.models import Organisation
from ...people.models import Person

FILE = "manifest.json"
FORMAT = 1
PURPOSE = "backup"
NOT_ONE = "{folder} is no backup: name the folder that `wardkey backup` made."
AT_A_TIME = 1 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """`trees` has of each stream the `size`, the `nodes` that its root follows from, and the newest
    signed `checkpoint`. `audit_keys` are the public keys of checkpoints, in hex."""

    relying_party_id: str
    migrations: list[list[str]]
    organisations: int
    people: int
    keys: int
    trees: dict[str, dict]
    audit_keys: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`made_at` is as the audit trail writes times; `database` is Django's name of its kind."""

    id: str
    made_at: str
    portal: str
    database: str
    made_with: str
    data: str
    bytes: int
    sha256: str
    contents: Contents


def here() -> Contents:
    applied = MigrationRecorder.Migration.objects.order_by("app", "name")
    return Contents(
        relying_party_id=settings.RELYING_PARTY_ID,
        migrations=[list(each) for each in applied.values_list("app", "name")],
        organisations=Organisation.objects.count(),
        people=Person.objects.count(),
        keys=SecurityKey.objects.exclude(state=State.REMOVED).count(),
        trees={stream: _tree_of(stream) for stream in TABLES},
        audit_keys=[public.hex() for public in checkpoint_keys.public_keys()],
    )


def _tree_of(stream: str) -> dict:
    size = Tree.objects.filter(pk=stream).values_list("size", flat=True).first() or 0
    notes = Checkpoint.objects.filter(stream=stream).order_by("-pk")
    return {
        "size": size,
        "nodes": folding.frontier_of(stream, size).as_json(),
        "checkpoint": notes.values_list("note", flat=True).first() or "",
    }


def release() -> str:
    return version("wardkey")


def written(manifest: Manifest) -> str:
    told = {"format": FORMAT, **asdict(manifest)}
    told["secret_key"] = sealing.name_of_key(purpose=PURPOSE)
    return json.dumps({**told, "vouched": sealing.vouch(_bytes(told), purpose=PURPOSE)}, indent=1)


def _bytes(told: dict) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def read(folder: Path) -> Manifest:
    told = _told_in(folder)
    if told.pop("format") != FORMAT:
        raise ValueError("The backup is of a newer Wardkey. Restore it with that release.")
    vouched = told.pop("vouched")
    if not sealing.has_key_named(told["secret_key"], purpose=PURPOSE):
        raise ValueError(
            "The backup was made with another secret key. Set WARDKEY_SECRET_KEY to the one that"
            " the portal had, or give that one in WARDKEY_OLD_SECRET_KEYS. Nothing has changed."
        )
    if not sealing.is_vouched_for(_bytes({"format": FORMAT, **told}), vouched, purpose=PURPOSE):
        raise ValueError(
            "The backup's manifest is not what the portal wrote: somebody changed it, or a disk"
            " did. Take another backup. Nothing has changed."
        )
    del told["secret_key"]
    return Manifest(**{**told, "contents": Contents(**told["contents"])})


def _told_in(folder: Path) -> dict:
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(NOT_ONE.format(folder=folder)) from error
    if not isinstance(told, dict) or not {"format", "vouched", "secret_key"} <= set(told):
        raise ValueError(NOT_ONE.format(folder=folder))
    return told


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as data:
        while some := data.read(AT_A_TIME):
            digest.update(some)
    return digest.hexdigest()
