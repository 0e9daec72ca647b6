"""A backup becomes the portal again (`wardkey restore FOLDER`).

restore    judge everything; put the data back; take away again what was taken away since; end what
           was alive; let sleep what cannot be known

Before the data is put back nothing is written, so what is refused leaves the database blank. After
it the portal does not start until all the rest is done, in one transaction.
Why so: docs/adr/0047-after-a-restore-what-is-not-known-sleeps.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from ...audit import continuing, events, exported, log, notes, verifying
from ...audit.events import CHANGE
from ...audit.exported import Export
from ...audit.faults import Fault
from ...audit.folding import frontier_in
from ...audit.models import TABLES
from ...organisations.models import Organisation
from .. import how_far
from ..backup import encrypting, manifests
from ..backup.manifests import Manifest
from ..migrating import why_unfit
from . import asleep, cutting_off, putting_back, replaying
from .replaying import Replayed

IDS_LEFT_OUT = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """`faults` are of the trail as it was in the copy; `asleep` is how many organisations sleep."""

    manifest: Manifest
    export: Export
    faults: list[Fault]
    replayed: Replayed
    ended: dict[str, int]
    asleep: int

    @property
    def known_until(self) -> str:
        """Of changes: logins alone say nothing of what was taken away."""
        if CHANGE not in self.export.notes:
            return self.manifest.made_at
        return max(self.export.until, self.manifest.made_at)


def restore(
    folder: Path, exports: Sequence[Path], kept: Sequence[Path], own: Sequence[object] = ()
) -> Restored:
    """Whoever was put out after the end of the exports is not known: everybody sleeps. `kept` are
    checkpoints that had left the machine: nothing of what they count may be missing. `own` are the
    identities that open an encrypted backup."""
    return _restored(folder, exports, kept, own, afterwards=asleep.put_to_sleep)


def restore_complete(
    folder: Path, exports: Sequence[Path], kept: Sequence[Path], own: Sequence[object] = ()
) -> Restored:
    """The operator vouches that the portal did nothing after the exports' end: nobody sleeps."""
    return _restored(folder, exports, kept, own, afterwards=lambda: 0)


def _restored(
    folder: Path,
    exports: Sequence[Path],
    kept: Sequence[Path],
    own: Sequence[object],
    *,
    afterwards: Callable[[], int],
) -> Restored:
    how_far.begin("Judging the backup, and what came after it.")
    manifest = manifests.read(folder)
    _require_fitting(manifest)
    putting_back.require_blank()
    if fault := why_unfit():
        raise ValueError(fault)
    export = _judged(manifest, exports, kept)
    data = folder / manifest.data
    _require_whole(data, manifest)
    encrypting.require_opens(data, own)
    read = encrypting.opening(data, own)
    putting_back.put_back(how_far.noting("Putting the data back.", read, size=manifest.bytes))
    how_far.begin("Bringing its tables up to date, and checking its audit trail.")
    call_command("migrate", interactive=False, verbosity=0)
    signed = [tree["checkpoint"] for tree in manifest.contents.trees.values()]
    faults = list(verifying.faults(verifying.heads_in([note for note in signed if note])))
    how_far.begin("Taking away again what was taken away since.")
    with transaction.atomic():
        for stream, note in export.notes.items():
            first = manifest.contents.trees[stream]["size"]
            continuing.go_on(stream, exported.lines_of(export, stream, size=first), note)
        _leave_out_ids()
        replayed = replaying.replay(export.changes)
        ended = cutting_off.cut_off()
        restored = Restored(manifest, export, faults, replayed, ended, afterwards())
        _record(restored)
        putting_back.finish()
    return restored


def _require_fitting(manifest: Manifest) -> None:
    """Raises ValueError."""
    contents, ours = manifest.contents, settings.RELYING_PARTY_ID
    if manifest.database != connection.vendor:
        raise ValueError(
            f"The backup is of {manifest.database}, and DATABASE_URL names {connection.vendor}."
        )
    if contents.relying_party_id != ours:
        raise ValueError(
            f"The backup's keys belong to {contents.relying_party_id}, and not to {ours}. Set"
            " WARDKEY_RP_ID to the former."
        )
    known = set(MigrationLoader(None).disk_migrations or {})
    if missing := [each for each in contents.migrations if tuple(each) not in known]:
        raise ValueError(
            f"The backup was made by a newer release ({manifest.portal}, {missing[-1][1]}). Install"
            " that one."
        )
    putting_back.require_tools()


def _judged(manifest: Manifest, exports: Sequence[Path], kept: Sequence[Path]) -> Export:
    """Raises ValueError with what is wrong with an export, or missing."""
    contents = manifest.contents
    trees = {
        stream: frontier_in(tree["size"], tree["nodes"]) for stream, tree in contents.trees.items()
    }
    keys = [bytes.fromhex(each) for each in contents.audit_keys]
    try:
        export = exported.judged(exports, trees=trees, keys=keys)
        exported.require_all_of(list(map(notes.text_in, kept)), trees=trees, keys=keys)
    except (exported.Refused, notes.Unreadable) as refused:
        raise ValueError(f"{refused}. Nothing has changed.") from refused
    return export


def _require_whole(data: Path, manifest: Manifest) -> None:
    if not data.is_file() or manifests.sha256_of(data) != manifest.sha256:
        raise ValueError(
            f"{data} is not what was backed up: a disk or somebody changed it. Take another backup."
            " Nothing has changed."
        )


def _leave_out_ids() -> None:
    """Organisations that were founded since, and are lost, have entries under their ids: these
    never return to another one, whose auditors would read them."""
    told = [
        table.objects.order_by("-organisation_id").exclude(organisation_id=None)
        for table in TABLES.values()
    ]
    named = [rows.values_list("organisation_id", flat=True).first() or 0 for rows in told]
    known = Organisation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last, table = max(known, *named) + IDS_LEFT_OUT, Organisation._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])


def _record(restored: Restored) -> None:
    log.record(
        events.BACKUP_RESTORED,
        actor=log.OPERATOR,
        backup=restored.manifest.id,
        copied_at=restored.manifest.made_at,
        known_until=restored.known_until,
        applied=len(restored.replayed.applied),
        to_look_at=len(restored.replayed.to_look_at),
        asleep=restored.asleep,
        faults=len(restored.faults),
    )
