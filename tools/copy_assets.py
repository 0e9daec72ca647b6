"""Copy the NHS design system's files that the pages use into web/static/nhsuk.

tools/nhsuk_assets.sha256 lists them and their SHA-256, as `sha256sum` prints it.
The NHS typeface and logo are licensed to NHS bodies only. The style sheet's two @font-face rules
go, so that no page fetches the typeface; the logo and the icons of nhs.uk are not on the list.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
TARGET = ROOT / "src" / "wardkey" / "web" / "static" / "nhsuk"
LIST = ROOT / "tools" / "nhsuk_assets.sha256"

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/")
ROOTED_IMAGE = re.compile(r"url\((\"?)/assets/images/")


def read_verified(name: str, expected: str) -> bytes:
    """The file's bytes; exits where they are not the ones that were looked at and listed."""
    content = (SOURCE / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        sys.exit(f"nhsuk-frontend: {name} is not the file that {LIST.name} lists")
    return content


def own_style_sheet(text: str) -> str:
    """The style sheet without foreign fonts, its images named relative to itself."""
    text, removed = FONT_FACE.subn("", text)
    if removed != 2 or "https://" in text:
        sys.exit("nhsuk-frontend: the style sheet fetches something from elsewhere")
    return ROOTED_IMAGE.sub(r"url(\1images/", SOURCE_MAP.sub("", text))


def adapted(name: str, content: bytes) -> bytes:
    if name.endswith(".css"):
        return own_style_sheet(content.decode()).encode()
    if name.endswith(".js"):
        return SOURCE_MAP.sub("", content.decode()).encode()
    return content


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    listed = [line.split(maxsplit=1) for line in LIST.read_text().splitlines()]
    files = {name: adapted(name, read_verified(name, digest)) for digest, name in listed}
    shutil.rmtree(TARGET, ignore_errors=True)
    # The style sheet last: make takes it for the sign that all are there.
    for name in sorted(files, key=lambda name: (name.endswith(".css"), name)):
        write(TARGET / name.removeprefix("assets/"), files[name])


if __name__ == "__main__":
    main()
