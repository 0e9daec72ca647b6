from django.db import models


class DailyCount(models.Model):
    """A figure of one organisation at the end of one day: the past cannot be counted later."""

    organisation_id = models.BigIntegerField()
    day = models.DateField()
    name = models.CharField(max_length=40)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "day", "name"], name="one_count_a_day"
            )
        ]
        # A day that is counted again is taken away first, and the table is kept for ever.
        indexes = [models.Index(fields=["day"], name="counts_of_a_day")]


class ChoreRun(models.Model):
    """How one of the worker's chores went last. `every` and `seconds` in seconds."""

    name = models.CharField(primary_key=True, max_length=40)
    every = models.FloatField()
    tried_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField()
    seconds = models.FloatField()

    def __str__(self) -> str:
        return self.name
