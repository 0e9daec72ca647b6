"""Make a release: the wheel with its assets, what it needs, what it is made of, and a signature.

    make release KEY=~/.ssh/wardkey-release

writes these into dist/, and nothing where one of them cannot be made:

    wardkey-VERSION-py3-none-any.whl    the same bytes for the same commit, on whichever machine
    requirements.txt                    every package that it needs, by version and SHA-256
    requirements-traces.txt             what whoever wants traces installs beside them
    requirements-cache.txt              the same of a cache
    wardkey-VERSION.cdx.json            the same as an SBOM (CycloneDX 1.6), with the assets
    SHA256SUMS, SHA256SUMS.sig          over these five; the signature is OpenSSH's
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "portal.txt"
EXTRAS = ("traces", "cache")
SIGNED_AS = "wardkey-release"  # the namespace: a signature for something else is none for this
SUMS = "SHA256SUMS"


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def reason_against() -> str:
    """Why this checkout is none that could be released; empty where it is."""
    if git("status", "--porcelain"):
        return "There are changes that no commit has: commit them, or take them back."
    if f"## [{version()}]" not in (ROOT / "CHANGELOG.md").read_text():
        return f"CHANGELOG.md tells nothing of {version()}: give its changes that heading."
    return ""


def git(*words: str) -> str:
    command = ["git", "-C", str(ROOT), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def make(folder: Path, *, key: Path) -> None:
    """Everything, into a folder that there is. Raises CalledProcessError."""
    committed_at = git("log", "-1", "--format=%ct")
    build_wheel(folder, committed_at)
    shutil.copyfile(LOCK, folder / "requirements.txt")
    for extra in EXTRAS:
        shutil.copyfile(LOCK.with_name(f"{extra}.txt"), folder / f"requirements-{extra}.txt")
    bill_of_materials(folder / f"wardkey-{version()}.cdx.json", committed_at)
    sums = "".join(f"{sha256(each)}  {each.name}\n" for each in sorted(folder.iterdir()))
    (folder / SUMS).write_text(sums)
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-n", SIGNED_AS, "-f", str(key), str(folder / SUMS)]
    subprocess.run(sign, check=True, stdout=subprocess.DEVNULL)


def build_wheel(folder: Path, committed_at: str) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run(*build, SOURCE_DATE_EPOCH=committed_at)


def bill_of_materials(path: Path, committed_at: str) -> None:
    told = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(LOCK)]
    about = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"]
    run(*told, *about, "--of", "JSON", "-o", str(path), SOURCE_DATE_EPOCH=committed_at)
    bill = json.loads(path.read_text())
    bill["metadata"]["component"]["version"] = version()
    bill["components"] += from_npm()
    path.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n")


def run(*command: str, **environment: str) -> None:
    subprocess.run(
        command, cwd=ROOT, check=True, env=os.environ | environment, stdout=subprocess.DEVNULL
    )


def from_npm() -> list[dict]:
    """What the pages' style sheet and scripts come from."""
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return [component(path.rpartition("/")[2], each) for path, each in locked.items() if path]


def component(name: str, locked: dict) -> dict:
    algorithm, _dash, digest = locked["integrity"].partition("-")
    purl = f"pkg:npm/{name}@{locked['version']}"
    return {
        "type": "library",
        "bom-ref": purl,
        "purl": purl,
        "name": name,
        "version": locked["version"],
        "licenses": [{"license": {"id": locked["license"]}}],
        "hashes": [
            {
                "alg": algorithm.upper().replace("SHA", "SHA-"),
                "content": base64.b64decode(digest).hex(),
            }
        ],
    }


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(key: str) -> None:
    if not key:
        sys.exit("A release is signed: make release KEY=the private key, as ssh-keygen made it")
    if against := reason_against():
        sys.exit(against)
    with tempfile.TemporaryDirectory(dir=ROOT) as made:
        try:
            make(Path(made), key=Path(key).expanduser().resolve())
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"No release: {error}")
        shutil.rmtree(ROOT / "dist", ignore_errors=True)
        shutil.copytree(made, ROOT / "dist")
    print(f"dist/ has {version()}. docs/releasing.md says what is left to do.")


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
