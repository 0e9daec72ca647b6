import uuid

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """A message that was decided in a transaction, and is sent after it by the worker.

    `id` is also the Message-ID, so that a message sent twice is seen to be one. `request_id` is of
    the request that decided it; empty where the worker did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    parameters = models.JSONField()
    request_id = models.CharField(max_length=32, blank=True, db_default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="messages_to_send",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(sent_at__isnull=False) | Q(given_up_at__isnull=False),
                name="messages_over",
            ),
        ]
