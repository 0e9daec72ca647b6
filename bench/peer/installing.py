"""privacyIDEA in an environment of its own, which git ignores."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER, LOCKED = ROOT / ".peer", ROOT / "requirements" / "peer.txt"
BIN = FOLDER / "bin"


def require_installed() -> None:
    """As the lock file has it; a stamp is written last."""
    stamp = FOLDER / "installed"
    if stamp.exists() and stamp.read_text() == LOCKED.read_text():
        return
    print("installing privacyIDEA into .peer", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCKED)], check=True)
    stamp.write_text(LOCKED.read_text())
