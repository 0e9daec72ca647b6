"""What it costs to take in a metadata BLOB as large as FIDO's: seconds, and memory.

520 invented models with pictures and roots of the usual size, about 12 MB signed, verified and
written to SQLite in a process of its own. The limits are one second of CPU and 60 MiB on top of
what the process held before.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

MODELS, PICTURE_BYTES, ROOTS = 520, 12_000, 2
MEBIBYTE = 1 << 20


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit): a ratio to one second and to 60 MiB."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, mebibytes = _measured_in(folder)
    print(f"\n{MODELS} key models taken in: {seconds:.2f} s CPU, {mebibytes:.0f} MiB")
    return [("metadata.seconds", seconds, 1.0), ("metadata.memory", mebibytes / 60, 1.0)]


def _measured_in(folder: str) -> tuple[float, float]:
    environment = {
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
    }
    files = [f"{folder}/blob", f"{folder}/root"]
    for step in ("make", "measure"):
        command = [sys.executable, "-m", "bench.metadata", step, *files]
        told = subprocess.run(
            command, env=os.environ | environment, check=True, text=True, stdout=subprocess.PIPE
        ).stdout
    seconds, mebibytes = told.split()[-2:]
    return float(seconds), float(mebibytes)


def make(blob: str, root: str) -> None:
    from wardkey.demo.key_models import invent, sign_blob

    catalogue = invent(seed=bytes(32), at=datetime.now(UTC))
    entries = [_enlarged(catalogue.models[n % 30].entry, n) for n in range(MODELS)]
    payload = catalogue.payload | {"entries": entries}
    Path(blob).write_bytes(sign_blob(payload, signer=catalogue.signer))
    Path(root).write_bytes(catalogue.root)


def _enlarged(entry: dict, number: int) -> dict:
    statement = entry["metadataStatement"]
    picture = b64encode(number.to_bytes(4) * (PICTURE_BYTES // 4)).decode()
    larger = {
        "icon": f"data:image/png;base64,{picture}",
        "attestationRootCertificates": statement["attestationRootCertificates"] * ROOTS,
    }
    aaguid = str(uuid.UUID(int=number + 1))
    return entry | {"aaguid": aaguid, "metadataStatement": statement | larger}


def measure(blob: str, root: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from wardkey.demo.key_models import SIGNER
    from wardkey.keymodels.refresh import refresh

    call_command("migrate", verbosity=0, run_syncdb=True)
    before, start = _resident(), time.process_time()
    done = refresh(blob=Path(blob).read_bytes(), root=Path(root).read_bytes(), signer=SIGNER)
    seconds = time.process_time() - start
    if done.models_read != MODELS:
        raise SystemExit(f"only {done.models_read} of {MODELS} models were read")
    print(seconds, _most_resident() - before)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / MEBIBYTE


def _most_resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    step, *files = sys.argv[1:] or ["run"]
    {"run": run, "make": make, "measure": measure}[step](*files)
