"""docs/openapi.json is what the API says of itself: `make check` compares, `make openapi` writes.

python -m tools.openapi          exits 1 where the two differ
python -m tools.openapi --write
"""

import sys
from pathlib import Path

import django

KEPT = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def main(*arguments: str) -> int:
    django.setup()
    from wardkey.api import description

    if arguments == ("--write",):
        KEPT.write_text(description.text())
        return 0
    if KEPT.read_text() == description.text():
        return 0
    print("docs/openapi.json is not what the API says of itself. Run `make openapi`, and read it.")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
