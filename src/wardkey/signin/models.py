from django.db import models


class Kind(models.TextChoices):
    """What is guessed at; an address is one that guesses at many names."""

    PASSWORD = "password"
    ACCESS_PASS = "access_pass"
    KEY = "key"
    APP = "app"
    RECOVERY_CODE = "recovery"
    DAY_PASS = "day_pass"
    RESET = "reset"
    API_TOKEN = "api_token"
    CLIENT = "client"
    DEVICE_CODE = "device_code"
    ALL_DEVICE_CODES = "device_codes"
    ADDRESS = "address"
    # Nobody waits for it: what is refused to anybody, counted for the trail.
    FLOOD = "flood"


class Limit(models.Model):
    """Failures in a row, and until when the next attempt has to wait.

    `subject` is the keyed hash of a user name, whether anybody has it or not, or of an address.
    `browser` is the id of a known browser, which has a count of its own; empty for all others.
    """

    subject = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12, choices=Kind)
    browser = models.CharField(max_length=22, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "browser"], name="one_limit_each_subject"
            )
        ]


class FailedName(models.Model):
    """A user name that failed at an address and has not signed in there since; both as hashes."""

    address = models.BinaryField(max_length=32)
    name = models.BinaryField(max_length=32)
    failed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "name"], name="each_name_once_an_address")
        ]
