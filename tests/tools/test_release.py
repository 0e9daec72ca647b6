"""A release says what it is made of, is the same for everybody, and vouches for itself."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

from tools import release

ROOT = release.ROOT
PINNED = re.compile(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a release, and the key that signed it."""
    key = tmp_path_factory.mktemp("key") / "key"
    new_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a maintainer", "-f", str(key)]
    subprocess.run(new_key, check=True)
    folder = tmp_path_factory.mktemp("dist")
    release.make(folder, key=key)
    return folder, key


def names_in(folder):
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        return file.namelist()


def verified(folder, key, *, by="a maintainer"):
    """As docs/releasing.md tells whoever installs it."""
    signers = folder.parent / "signers"
    kind, public, *_comment = key.with_suffix(".pub").read_text().split()
    signers.write_text(f'maintainers namespaces="{release.SIGNED_AS}" {kind} {public}\n')
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "maintainers"]
    signature = ["-n", release.SIGNED_AS, "-s", str(folder / "SHA256SUMS.sig")]
    sums = (folder / "SHA256SUMS").read_bytes()
    return subprocess.run([*command, *signature], input=sums, capture_output=True).returncode == 0


def sums_hold(folder):
    check = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    return subprocess.run(check, cwd=folder, capture_output=True).returncode == 0


def test_sc03_the_same_commit_makes_the_same_bytes_and_they_are_signed(made, tmp_path):
    folder, key = made
    release.make(tmp_path, key=key)
    for each in folder.iterdir():
        assert (tmp_path / each.name).read_bytes() == each.read_bytes(), each.name
    assert sums_hold(tmp_path)
    assert verified(tmp_path, key)
    [wheel] = tmp_path.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    assert not sums_hold(tmp_path)
    sums = (tmp_path / "SHA256SUMS").read_text()
    (tmp_path / "SHA256SUMS").write_text(sums.replace(sums[:8], release.sha256(wheel)[:8], 1))
    assert not verified(tmp_path, key)


def test_sc03_the_bill_of_materials_names_every_package_that_is_locked(made):
    folder, _key = made
    bill = json.loads(next(folder.glob("*.cdx.json")).read_text())
    told = {(each["name"], each["version"]) for each in bill["components"]}
    locked = set(PINNED.findall((folder / "requirements.txt").read_text()))
    assert told == locked | {("nhsuk-frontend", "10.6.1")}
    assert bill["metadata"]["component"]["version"] == PROJECT["version"]


def test_sc12_the_wheel_has_the_assets_and_nothing_of_the_tests(made):
    names = names_in(made[0])
    assert "wardkey/web/static/nhsuk/nhsuk-frontend.min.css" in names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"wardkey", "wardkey_station", f"wardkey-{PROJECT['version']}.dist-info"}
    assert not [name for name in names if "softkey" in name or name.endswith((".env", ".sqlite3"))]


def test_sc01_an_altered_wheel_is_not_installed(made, tmp_path):
    folder, _key = made
    [wheel] = folder.glob("*.whl")
    sha256 = release.sha256(wheel)
    assert f"{sha256}  {wheel.name}" in (folder / "SHA256SUMS").read_text()
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"wardkey=={PROJECT['version']} --hash=sha256:{sha256}\n")
    assert installs(folder, wanted, tmp_path / "as made").returncode == 0
    (tmp_path / wheel.name).write_bytes(wheel.read_bytes() + b"\0")
    refused = installs(tmp_path, wanted, tmp_path / "altered")
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "altered").exists()


def installs(wheels, wanted, target):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    where = ["--no-index", "--find-links", str(wheels), "--no-deps", "--target", str(target)]
    command = [*pip, *where, "--require-hashes", "-r", str(wanted)]
    return subprocess.run(command, capture_output=True, text=True)


def test_sc01_sc02_whatever_is_installed_is_named_with_its_hash():
    for lock in (ROOT / "requirements").iterdir():
        wanted = lock.read_text().replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in line for line in wanted), lock.name
        assert not any(line.startswith("-") or "://" in line for line in wanted), lock.name
    # Nothing of this name is looked for in an index: what is here is installed.
    commands = [
        each for each in (ROOT / "Makefile").read_text().split("\n\t") if "PIP_INST" in each
    ]
    assert len(commands) > 2
    for command in commands[1:]:
        assert "$(LOCKED)" in command or "--no-index" in command


def test_sc05_the_portal_takes_few_packages_directly():
    assert len(PROJECT["optional-dependencies"]["portal"]) <= 16


def test_sc06_no_build_server_of_anybody_else_has_rights_here():
    assert not (ROOT / ".github" / "workflows").exists()


def test_sc10_from_npm_come_assets_alone_each_listed_with_its_hash():
    wanted = json.loads((ROOT / "package.json").read_text())
    assert set(wanted["dependencies"]) == {"nhsuk-frontend"}
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(each.get("integrity") for path, each in locked.items() if path)
    assert not any(each.get("hasInstallScript") for each in locked.values())


def test_without_a_key_or_with_changes_there_is_no_release(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", ROOT.as_uri(), str(clone)], check=True)
    assert "make release KEY=" in not_released(clone, "")
    key = str(tmp_path / "key")
    assert f"nothing of {PROJECT['version']}" in not_released(clone, key)
    (clone / "README.md").write_text("changed")
    assert "no commit has" in not_released(clone, key)
    assert not (clone / "dist").exists()


def not_released(clone, key):
    command = [sys.executable, "-m", "tools.release", key]
    ended = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert ended.returncode == 1
    return ended.stderr


def test_sc08_the_container_holds_no_setting_and_no_secret_and_is_not_root():
    text = (ROOT / "packaging" / "Containerfile").read_text()
    assert "SECRET" not in text
    assert "\nUSER wardkey\n" in text
    assert "--require-hashes" in text


def test_both_units_take_as_much_from_the_machine_away():
    portal, worker = (
        (ROOT / "packaging" / f"{name}.service").read_text()
        for name in ("wardkey", "wardkey-worker")
    )
    assert portal.replace("portal", "worker").replace("wardkey serve", "wardkey worker") == worker
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in portal


def test_services_come_back_for_as_long_as_their_database_takes():
    """By default systemd gives up after five starts in ten seconds: a portal whose database came up
    later than itself would stay away until somebody looked."""
    for name in ("wardkey", "wardkey-worker"):
        unit = (ROOT / "packaging" / f"{name}.service").read_text()
        about, service = unit.partition("[Service]")[::2]
        assert "\nStartLimitIntervalSec=0\n" in about
        assert "\nRestart=on-failure\nRestartSec=5\n" in service


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]"
    r"|WARDKEY_(?:SECRET_KEY|OLD_SECRET_KEYS|METRICS_SECRET|SMTP_PASSWORD)=[^\s\"'{…]"
    r"|AGE-SECRET-KEY-1[A-Z0-9]|postgres(?:ql)?://\w+:[^@\s{]+@"
)
KEPT_ELSEWHERE = re.compile(
    r"\.(sqlite3|pem|key|env|eml|checkpoint)$|(^|/)(demo\.json|secret-key|\.)"
)


def test_sc08_neither_wheel_nor_container_carries_a_secret(made):
    """What a process keeps, and what it is given, is in none of the files."""
    [wheel] = made[0].glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        told = {name: file.read(name).decode("latin-1") for name in file.namelist()}
    assert [name for name in told if KEPT_ELSEWHERE.search(name)] == []
    assert [name for name, text in told.items() if SECRETS.search(text)] == []
    assert SECRETS.search("WARDKEY_SECRET_KEY=aB3"), "such a line would be found"
    container = (ROOT / "packaging" / "Containerfile").read_text()
    assert re.findall(r"^COPY .*", container, re.MULTILINE) == ["COPY dist/ /tmp/dist/"]
    given = re.findall(r"\b([A-Z_]+)=", container) + re.findall(r"^ARG (\w+)", container, re.M)
    assert set(given) == {"WARDKEY_LISTEN", "WARDKEY_STATIC_FOLDER"}
