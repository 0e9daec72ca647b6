"""A file of PINs, at a machine that is too busy to open it now."""

from pathlib import Path

from tests.traces import nothing_changes

TOO_DEAR = b"""age-encryption.org/v1
-> scrypt zZxf2c/TQBajvPHM+7XAcQ 30
WluXKk+hjbIe9X9LcwUU8WluXKk+hjbIe9X9LcwUU8U
--- WluXKk+hjbIe9X9LcwUU8WluXKk+hjbIe9X9LcwUU8U
""" + bytes(64)


def test_a_file_of_pins_that_is_too_dear_to_open_now_is_told_so(asha):
    """As a busy machine finds one: by what the file says that opening it costs. One that opens is
    in test_enrol.py."""
    pins, typed = Path(asha.desk.home) / "pins.age", "\ncorrect horse\n"
    pins.write_bytes(TOO_DEAR)
    with nothing_changes():
        found = asha.runs("enrol", "ben@north.example", "--stdin", "--pins", pins, stdin=typed)
    assert (found.status, "wait a minute and try again" in found.err) == (2, True)
    assert "this passphrase" not in found.err
    assert pins.read_bytes() == TOO_DEAR
