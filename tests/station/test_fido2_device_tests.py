"""The device tests of fido2's source distribution, as they are, against a simulated key.

docs/station-simulator.md lists what they pass over, each with its reason: no more and no less.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(sys.prefix) / "fido2-source"
DOCUMENT = ROOT / "docs" / "station-simulator.md"
ROW = re.compile(r"^\| `(test_\w+\.py)` \| (\d+) \| (.+?) \|", re.MULTILINE)
CASES = 366


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Of each case its file, and why it was passed over, if it was."""
    assert SOURCE.is_dir(), "fido2's tests are not here: `make test` fetches them"
    folder = tmp_path_factory.mktemp("fido2")
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "tests/device", "-q"]
    theirs = ["-c", f"{folder}/pytest.ini", "--rootdir", str(SOURCE), "-p", "no:cacheprovider"]
    ours = ["-p", "no:django", "-p", "device_tests_plugin", "--ep-rp-id", "enterprise.example"]
    ran = subprocess.run(
        [*command, *theirs, *ours, f"--junitxml={folder}/report.xml"],
        cwd=SOURCE,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(Path(__file__).parent)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WARDKEY_SIMULATED_KEY": str(folder / "keys.json"),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr
    return ET.parse(folder / "report.xml").getroot().iter("testcase")


def test_they_pass_but_for_those_that_the_document_lists(report):
    cases = list(report)
    skipped = Counter()
    for case in cases:
        assert case.find("failure") is None
        if (reason := case.find("skipped")) is not None:
            file = case.get("classname").split(".")[-1]
            skipped[f"{file}.py", reason.get("message")] += 1
    assert len(cases) == CASES
    documented = {
        (file, reason): int(count) for file, count, reason in ROW.findall(DOCUMENT.read_text())
    }
    assert dict(skipped) == documented
