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
