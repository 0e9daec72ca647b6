"""The one way in which a ceremony fails."""


class Refused(Exception):
    """An answer that does not hold.

    `step` is the step of WebAuthn L3 that failed ("7.1.9", "7.2.22"), or "parse" where the answer
    could not be read at all. `reason` is one snake_case word for it. Both go to the log and to the
    person's administrator; the browser learns neither.
    """

    def __init__(self, *, step: str, reason: str) -> None:
        super().__init__(f"{step} {reason}")
        self.step = step
        self.reason = reason
