"""What `make compatibility` writes takes the place of what was tried on the same device before."""

from datetime import date

from tools.compatibility import write
from wardkey.compatibility.devices import Device
from wardkey.compatibility.results import VIRTUAL_KEY, Result, read_line

HERE = Device(form="computer", system="Linux", browser="Chromium", browser_version="156")
ELSEWHERE = Device(form="computer", system="Windows", browser="Edge", browser_version="142")


def result(device, outcome="works", tried="sign_in"):
    return Result(
        day=date(2026, 11, 27),
        device=device,
        tried=tried,
        tried_by="administrator",
        outcome=outcome,
        key=VIRTUAL_KEY,
    )


def test_results_of_other_devices_stay(tmp_path):
    file = tmp_path / "journeys.jsonl"
    write([result(HERE), result(HERE, tried="register"), result(ELSEWHERE)], file)
    write([result(HERE, "fails")], file)
    kept = [read_line(line) for line in file.read_text().splitlines()]
    assert kept == [result(ELSEWHERE), result(HERE, "fails")]
