import uuid

from django.db import models

from ..sessions.desk_session import AT_MOST as AT_MOST_AT_A_DESK

AT_MOST = AT_MOST_AT_A_DESK  # one desk session covers them all


class Batch(models.Model):
    """A list of people who get a token, one after the other, from one administrator.

    It is that administrator's, for the organisation for which they acted when they made it.
    `touched_at` is when anything was last done with it: 30 days later it is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="batches")
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField(db_index=True)


class PlaceState(models.TextChoices):
    OPEN = "open"
    SKIPPED = "skipped"  # after all who are open
    AWAY = "away"  # on another day
    DONE = "done"


class BatchPlace(models.Model):
    """Somebody's place in a batch. `key_id` is the SecurityKey that they got, and `registration_id`
    the ceremony that it came from: who asks again with that one is told that it was kept."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="places", db_index=False
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=PlaceState, default=PlaceState.OPEN)
    state_since = models.DateTimeField()
    key_id = models.UUIDField(null=True)
    registration_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="once_in_a_batch"),
            models.UniqueConstraint(fields=["batch", "position"], name="one_at_each_position"),
        ]

    @property
    def is_done(self) -> bool:
        return self.state == PlaceState.DONE
