"""The log: a line a request, with its id, without what anybody typed; plain or as JSON."""

import json
import logging
import re
import sys

import pytest
from django.test import Client

from tests.commands import wardkey
from wardkey.base import counting, log_lines, request_id

pytestmark = pytest.mark.looks_only


def line_of(formatter: logging.Formatter, **more) -> str:
    record = logging.LogRecord("wardkey.x", logging.WARNING, "f", 1, "it is %s", ("late",), None)
    record.__dict__.update(more)
    return formatter.format(record)


def test_a_request_is_one_line_by_its_route_with_the_id_of_its_answer(cast, caplog):
    caplog.set_level(logging.INFO, "wardkey.requests")
    caplog.handler.setFormatter(log_lines.JsonLines())
    answer = Client().get("/sign-in/?next=/admin/people/%3Fq%3Dasha", REMOTE_ADDR="203.0.113.9")
    told = json.loads(caplog.text)
    assert told["request_id"] == answer["X-Request-Id"]
    facts = {"method": "GET", "route": "sign_in", "status": 200, "level": "info"}
    assert facts.items() <= told.items()
    assert re.fullmatch(r"GET sign_in 200 \d+ ms", told["message"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told["time"])
    assert not re.search("asha|203.0|next", caplog.text)

    caplog.clear()
    caplog.handler.setFormatter(log_lines.PlainLines())
    answer = Client().generic("B%d\n", "/no/such/asha")
    plain = (
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}Z INFO wardkey.requests \[(\w+)\] other none 404 .*\n"
    )
    assert re.fullmatch(plain, caplog.text)[1] == answer["X-Request-Id"]
    caplog.clear()
    for quiet in ("/livez", "/readyz", "/metrics", "/assets/nothing"):
        Client().get(quiet)
    assert "wardkey.requests" not in caplog.text


def test_a_line_of_json_stays_one_line_with_a_traceback_too():
    request_id.begin()
    try:
        raise ValueError("two\nlines")
    except ValueError:
        told = json.loads(line_of(log_lines.JsonLines(), exc_info=sys.exc_info()))
    assert "\n" not in line_of(log_lines.JsonLines(), msg="a\nb%s")
    assert told["message"] == "it is late"
    assert told["request_id"] == request_id.current()
    assert "ValueError: two" in told["traceback"]


def test_warnings_are_counted_by_what_they_are_about():
    def counted(about: str) -> float:
        labels = {"level": "warning", "about": about}
        return counting.OURS.get_sample_value("wardkey_log_lines_total", labels) or 0

    before = counted("clock.skew"), counted("other")
    sift = log_lines.Counted()
    for words in ("clock.skew: 61 seconds", "anything of asha's"):
        assert sift.filter(logging.LogRecord("x", logging.WARNING, "f", 1, words, (), None))
    assert sift.filter(logging.LogRecord("x", logging.INFO, "f", 1, "clock.skew", (), None))
    assert (counted("clock.skew"), counted("other")) == (before[0] + 1, before[1] + 1)


def test_sc07_ft23_what_is_unsafe_does_not_start_and_the_log_says_so(tmp_path):
    """A sample for a secret, every host for an origin, a secret that can be guessed; and -O."""
    unsafe = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
        "WARDKEY_SECRET_KEY": "django-insecure-and-of-some-length-that-would-otherwise-do",
        "WARDKEY_ORIGINS": "*",
        "WARDKEY_METRICS_SECRET": "short",
        "WARDKEY_LOG_FORMAT": "xml",
        "PYTHONOPTIMIZE": "1",
    }
    refused = wardkey("serve", **unsafe)
    assert refused.returncode == 1
    assert "ERROR wardkey.operating.in_words [-] config.refused" in refused.stderr
    for told in ("is a sample", "'*'", "WARDKEY_METRICS_SECRET can", "'xml'", "runs with -O"):
        assert told in refused.stderr
