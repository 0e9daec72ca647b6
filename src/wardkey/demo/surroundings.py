"""Where the demo lives: its folder, and the settings that it relaxes.

Nothing of Django is imported here: settings are read once, and these have to be there before.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import quote


def prepare(*, port: int, data: Path) -> None:
    """`data` is absolute, and is this user's alone from now on. Raises OSError."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ |= {
        "WARDKEY_DEMO": "1",
        "WARDKEY_RP_ID": "localhost",
        "WARDKEY_ORIGINS": f"http://localhost:{port}",
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_SECRET_KEY": _secret_key(data / "secret-key"),
        "WARDKEY_MAIL_FOLDER": str(data / "mail"),
        "WARDKEY_METADATA_URL": "",
        "WARDKEY_STATIC_FOLDER": str(data / "assets"),
        "DATABASE_URL": f"sqlite:///{quote(str(data / 'wardkey.sqlite3'))}",
    }


def _secret_key(path: Path) -> str:
    """Made at the first start."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text("utf-8")


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all."""
    half_written = path.with_suffix(".part")
    half_written.unlink(missing_ok=True)
    descriptor = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half_written.replace(path)
