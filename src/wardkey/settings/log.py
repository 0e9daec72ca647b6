"""Where the log goes, and who may say how much. How its lines look is base/log_lines.py."""


def to_standard_error(*, lines: str) -> dict:
    """`lines` is the formatter's name. As logging.config.dictConfig takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"wardkey.base.log_lines.{lines}"}},
        "filters": {
            "one_line": {"()": "wardkey.base.log_lines.SuspicionInOneLine"},
            "nothing_of_the_sender": {"()": "wardkey.base.log_lines.NothingOfTheSender"},
            "counted": {"()": "wardkey.base.log_lines.Counted"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["one_line", "nothing_of_the_sender", "counted"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # It would mail faults with the variables of each frame to its administrators.
            "django": {"handlers": [], "level": "INFO"},
            # It names unknown addresses at WARNING.
            **{name: {"level": "ERROR"} for name in ("django.request", "django.security")},
            # The FIDO2 library names credential ids at DEBUG and INFO.
            "fido2": {"level": "WARNING"},
            # It would write addresses with their queries; a request is a line of ours already.
            "gunicorn.access": {"handlers": [], "level": "CRITICAL"},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            # A collector that is down is told once, by base/spans.py; each batch would be a line.
            "opentelemetry": {"level": "CRITICAL"},
        },
    }
