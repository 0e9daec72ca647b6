"""The clock of a host that is apart, by as many seconds as stand in the file of CLOCK_APART.

Python imports this before anything else where this folder is the first of PYTHONPATH.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wardkey.base import clock

BY = Path(os.environ["CLOCK_APART"])


def of_this_machine() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=int(BY.read_text()))


clock.of_this_machine = of_this_machine
