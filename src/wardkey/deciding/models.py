from django.db import models

from ..organisations.models import PolicyValue


class Announcement(models.Model):
    """A coming decision of which those are being told whom it would lock out.

    They are told in the order of their ids; `looked_up_to` is the last one who was looked at.
    """

    decision = models.OneToOneField(PolicyValue, on_delete=models.CASCADE, related_name="+")
    looked_up_to = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
