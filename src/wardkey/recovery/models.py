import uuid

from django.db import models


class AccessPass(models.Model):
    """A one-time way in, instead of the second factor: it opens the first key's registration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="access_passes"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    issued_by_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
