from django.db import models
from django.db.models import Q

from ..organisations.models import Organisation, PolicyValue
from ..people.models import Person, RoleGrant


class Announcement(models.Model):
    """A coming decision of which those are being told whom it would lock out.

    They are told in the order of their ids; `looked_up_to` is the last one who was looked at.
    """

    decision = models.OneToOneField(PolicyValue, on_delete=models.CASCADE, related_name="+")
    looked_up_to = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)


class RoleReview(models.Model):
    """Somebody looked at a role and said whether it stays. Rows are never changed.

    A role that is to go has not gone by this: it ends as any other (people/roles.py).
    """

    class Verdict(models.TextChoices):
        KEEP = "keep"
        REMOVE = "remove"

    grant = models.ForeignKey(RoleGrant, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=6, choices=Verdict)

    class Meta:
        indexes = [
            models.Index(fields=["grant"], condition=Q(verdict="remove"), name="roles_to_remove")
        ]


class ReviewReminder(models.Model):
    """When those who review an organisation's roles were last told that some are due."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
