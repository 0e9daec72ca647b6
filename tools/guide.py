"""Make the guide's pictures, video, captions, chapters and PDF, in its folder static/guide.

A fresh demo on a free port; its people walk each procedure of the guide in Chromium, with a virtual
key, by the very steps that the guide tells. Look at what came out before you commit it. Exits 1
where a file is larger than it may be.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tools.demo_check import GRACE, free_port, group_is_alive, start, wait_for_sign_in

if TYPE_CHECKING:
    from tools.guide_frames import Frame

AT_MOST = {"pictures": 2_000_000, "how-to.webm": 3_000_000, "easy-read-admin-guide.pdf": 1_500_000}
FOR_WORDS = {
    "LANGUAGE": "en_GB",  # how Chromium writes a date
    "DJANGO_SETTINGS_MODULE": "wardkey.settings",
    "WARDKEY_SECRET_KEY": "only-to-read-the-words-of-the-guide",
    "DATABASE_URL": "sqlite:///:memory:",
}


@contextmanager
def demo_portal() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a demo that nobody used yet, and its access passes by user name."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="wardkey-demo-") as data:
        demo = start(port=port, data=data)
        try:
            wait_for_sign_in(demo, port=port)
            yield f"http://localhost:{port}", passes_of(Path(data, "demo.json"))
            os.killpg(demo.pid, signal.SIGINT)
            demo.wait(GRACE)
        finally:
            if group_is_alive(demo.pid):
                os.killpg(demo.pid, signal.SIGKILL)


def passes_of(summary: Path) -> dict[str, str]:
    people = json.loads(summary.read_text())["people"]
    return {each["username"]: each["access_pass"] for each in people if "access_pass" in each}


def write_record(frames: list["Frame"], *, pages: int) -> None:
    from wardkey.guide import made

    starts: dict[str, list[float]] = {}
    for frame in frames:
        starts.setdefault(frame.procedure.slug, []).append(frame.begins)
    told = {
        "made_from": made.digest(),
        "made_on": datetime.now(UTC).date().isoformat(),
        "pages": pages,
        "starts": starts,
        "ends": frames[-1].ends,
    }
    made.RECORD.write_text(json.dumps(told, indent=1) + "\n")


def size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def make() -> None:
    from tools import guide_frames, guide_pdf, guide_video
    from wardkey.guide import made

    with demo_portal() as (portal, passes):
        frames = guide_frames.walk_all(portal, passes, made.FOLDER / "pictures")
    guide_video.write(frames, made.FOLDER)
    pages = guide_pdf.write(made.FOLDER)
    write_record(frames, pages=pages)
    sizes = {name: size(made.FOLDER / name) for name in AT_MOST}
    print("\n".join(f"{bytes_:>9,} bytes  {name}" for name, bytes_ in sizes.items()))
    large = [name for name, bytes_ in sizes.items() if bytes_ > AT_MOST[name]]
    sys.exit(f"larger than it may be: {', '.join(large)}" if large else 0)


def main() -> None:
    os.environ.update(FOR_WORDS)
    import django

    django.setup()
    make()


if __name__ == "__main__":
    main()
