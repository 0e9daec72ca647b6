"""What the log says of requests that nobody honest sends."""

import logging


class SuspicionInOneLine(logging.Filter):
    """A foreign Host header or a body that is too large is a line in the log, without traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = None
        return True
