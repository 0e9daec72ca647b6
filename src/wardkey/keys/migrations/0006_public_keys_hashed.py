import hashlib
from typing import Any

from django.db import migrations

BATCH = 1000


def hash_public_keys(apps: Any, schema_editor: Any) -> None:
    """In batches, each committed by itself: nobody waits for the whole table. Of two keys that
    have the same public key already, the one with the lesser id is found by its hash."""
    keys = apps.get_model("keys", "SecurityKey").objects.order_by("pk")
    batch = list(keys.only("public_key")[:BATCH])
    while batch:
        _keep_hashes(keys, batch)
        batch = list(keys.only("public_key").filter(pk__gt=batch[-1].pk)[:BATCH])


def _keep_hashes(keys: Any, batch: list[Any]) -> None:
    hashes = {hashlib.sha256(bytes(key.public_key)).digest(): key for key in reversed(batch)}
    known = keys.filter(public_key_sha256__in=list(hashes))
    for each in known.values_list("public_key_sha256", flat=True):
        del hashes[bytes(each)]
    for digest, key in hashes.items():
        key.public_key_sha256 = digest
    keys.bulk_update(hashes.values(), ["public_key_sha256"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("keys", "0005_public_key_once")]

    operations = [migrations.RunPython(hash_public_keys, migrations.RunPython.noop)]
