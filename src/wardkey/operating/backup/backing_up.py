"""A copy of everything, taken while the portal runs (`wardkey backup FOLDER`).

back_up    the folder: the data as one moment had it, the manifest that vouches for it, and the
           checkpoints of the audit trail, from which `wardkey audit export --all` goes on

Whatever goes wrong, there is no folder of that name afterwards: it is made under another one and
renamed when all of it is on the disk.
"""

import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from ...audit import checkpoints, events, log, sealer
from ...audit.models import TABLES
from ...base import clock
from .. import how_far
from . import copies, encrypting, manifests
from .manifests import Manifest


def back_up(folder: Path, *, whom: Sequence[object] = ()) -> Manifest:
    """`whom` are the recipients to whom the data is encrypted (encrypting.py); where there are none
    it is as it is. Raises ValueError where there is such a folder, OSError."""
    part = folder.with_name(f"{folder.name}.part")
    _require_free(folder, part)
    _sign_the_trail()
    part.mkdir(mode=0o700)
    try:
        manifest = _copied_into(part, whom)
        part.rename(folder)
        _keep(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    log.record(events.BACKUP_MADE, actor=log.OPERATOR, backup=manifest.id)
    return manifest


def _require_free(folder: Path, part: Path) -> None:
    if folder.exists():
        raise ValueError(f"{folder} is there already. A backup overwrites nothing: name another.")
    if part.exists():
        raise ValueError(
            f"{part} is there: a backup is being made, or was killed. If none runs, delete it."
        )
    if not folder.parent.is_dir():
        raise ValueError(f"There is no folder {folder.parent}.")


def _sign_the_trail() -> None:
    """So that the copy has a checkpoint of nearly all that is in it."""
    how_far.begin("Sealing and signing the audit trail.")
    for stream in TABLES:
        while sealer.seal_some(stream):
            pass
        checkpoints.make(stream)


def _copied_into(folder: Path, whom: Sequence[object]) -> Manifest:
    data = _new_file(folder / f"{copies.file_name()}{encrypting.ENDING if whom else ''}")
    with copies.taking() as copy:
        made_at = log.microseconds(clock.now())
        contents = manifests.here()
        how_far.begin("Copying the data.")
        made_with = copy(data, encrypting.sealing(whom))
    how_far.begin("Making sure that all of it is on the disk.")
    manifest = Manifest(
        id=str(uuid.uuid4()),
        made_at=made_at,
        portal=manifests.release(),
        database=connection.vendor,
        made_with=made_with,
        data=data.name,
        bytes=data.stat().st_size,
        sha256=manifests.sha256_of(data),
        contents=contents,
    )
    for stream, tree in contents.trees.items():
        _new_file(folder / f"{stream}.checkpoint").write_text(tree["checkpoint"], "utf-8")
    _new_file(folder / manifests.FILE).write_text(manifests.written(manifest), "utf-8")
    for path in folder.iterdir():
        _keep(path)
    _keep(folder)
    return manifest


def _new_file(path: Path) -> Path:
    """Nobody but the portal's user reads it: it holds names and addresses."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path


def _keep(path: Path) -> None:
    """On the disk, also where the power fails now."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
