"""The recorded ceremonies of `WARDKEY_TEST_MATERIAL`, where that folder is there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def _found() -> Iterator[dict[str, Any]]:
    folder = os.environ.get("WARDKEY_TEST_MATERIAL")
    for file in sorted(Path(folder, "vectors").glob("*.json")) if folder else ():
        yield from json.loads(file.read_text(encoding="utf-8"))


RECORDINGS = list(_found())
IDS = [recording["id"] for recording in RECORDINGS]
