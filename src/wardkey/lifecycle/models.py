import uuid

from django.db import models


class Way(models.TextChoices):
    """How an invitation reaches the newcomer."""

    LINK = "link"
    SLIP = "slip"


class Invitation(models.Model):
    """A one-time code with which a newcomer chooses a password."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="invitations"
    )
    way = models.CharField(max_length=4, choices=Way)
    sent_to = models.CharField(max_length=254, blank=True)
    code_hash = models.BinaryField(max_length=32, unique=True)
    issued_by_id = models.UUIDField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
