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


class JoinerCode(models.Model):
    """What somebody who moves gives to the side that gains them: with it, they consent."""

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="joiner_codes"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Handling(models.TextChoices):
    """What an organisation does with a key that its person or its guest has."""

    GIVE = "give"
    LEND = "lend"
    KEEP = "keep"


class KeyTransfer(models.Model):
    """What becomes of a key when its holder moves, or of one lent to a guest.

    `owner` decided; `borrower` has the person since `moved_at`. Lent and kept keys are to come back
    to the owner: open until `settled_at`. `key` is empty where a guest's home registered it, whose
    business the guest's keys are; `described` then says what was handed over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="key_transfers"
    )
    key = models.ForeignKey(
        "keys.SecurityKey", on_delete=models.PROTECT, null=True, related_name="transfers"
    )
    described = models.CharField(max_length=64)
    owner = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    borrower = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    handling = models.CharField(max_length=4, choices=Handling)
    until = models.DateField(null=True)
    decided_by_id = models.UUIDField()
    decided_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    asked_back_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_as = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(moved_at__isnull=True),
                name="one_decision_a_key",
            )
        ]
