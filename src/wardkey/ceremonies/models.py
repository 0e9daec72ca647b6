import uuid

from django.db import models


class Purpose(models.TextChoices):
    REGISTER = "register"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    TRY = "try"
    RESUME = "resume"
    VOUCH = "vouch"
    CHECK_REGISTER = "check_new"
    CHECK_SIGN_IN = "check_use"


class PendingCeremony(models.Model):
    """A challenge in flight, and everything that its answer will be held against.

    The challenge is kept as its SHA-256 only. `answer` waits for its nickname after the ceremony
    was judged (registration); `taken_at` is set by one conditional statement, once. `key_id` is
    the chosen key at a sign-in, `sign_count` its count as the challenge was made: ceremonies that
    overlap are no fall of the count. `deed` is what a step-up is for. Of a check, which registers
    nothing, `answer` is the throwaway credential until its second half is taken, and from then on
    what was seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose)
    holder_id = models.UUIDField()
    actor_id = models.UUIDField()
    organisation_id = models.BigIntegerField(null=True)
    session_id = models.UUIDField(db_index=True)
    security_stamp = models.UUIDField()
    challenge_sha256 = models.BinaryField(max_length=32)
    options = models.JSONField()
    key_id = models.UUIDField(null=True)
    sign_count = models.BigIntegerField(default=0)
    deed = models.CharField(max_length=100, blank=True, db_default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    taken_at = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    answer_kept_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
