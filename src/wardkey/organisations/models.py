from django.db import models
from django.db.models.functions import Now


class Status(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Organisation(models.Model):
    """A node of the tree. `path` holds the ids from the root down to this one: `1.5.77.`

    `asleep_since`: it is suspended because the portal was restored from a backup, and nobody has
    looked yet what was taken away since (operating/restore/asleep.py).
    From `closing_since` on, its people move to `successor`; `people_to_move` is how many they were.
    """

    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=9, choices=Status, default=Status.ACTIVE)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400, unique=True)
    time_zone = models.CharField(max_length=64, default="Europe/London")
    created_at = models.DateTimeField(db_default=Now())
    asleep_since = models.DateTimeField(null=True)
    closing_since = models.DateTimeField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    people_to_move = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            # A branch is a range of paths; the collation must not hide that from PostgreSQL, and
            # whoever asks for a branch asks for its ids.
            models.Index(
                fields=["path"],
                include=["id"],
                name="organisation_branch_ids",
                opclasses=["varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closing(self) -> bool:
        return self.closing_since is not None and self.status != Status.CLOSED

    @property
    def is_open(self) -> bool:
        """People may come, and organisations be founded below it."""
        return self.closing_since is None and self.status != Status.CLOSED

    def is_at_or_above(self, other: "Organisation") -> bool:
        return other.path.startswith(self.path)

    @property
    def ids_from_root(self) -> list[int]:
        """The root's id first, this organisation's last."""
        return [int(part) for part in self.path.split(".") if part]

    @property
    def ids_to_root(self) -> list[int]:
        """This organisation's id first, the root's last."""
        return self.ids_from_root[::-1]


class PolicyValue(models.Model):
    """What an organisation decided, about a value or its delegation, from `starts_at` on.

    policy_values.py says which names and values there are, policy.py what counts.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    value = models.TextField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "starts_at"], name="one_policy_value_at_a_time"
            )
        ]


class OrganisationContact(models.Model):
    """Whom its people ask, as the organisation says it. Empty where it took that back."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="contact"
    )
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=100, blank=True)
    words = models.CharField(max_length=500, blank=True)

    @property
    def values(self) -> dict[str, str]:
        return {
            "email": self.email,
            "phone": self.phone,
            "hours": self.hours,
            "words": self.words,
        }
