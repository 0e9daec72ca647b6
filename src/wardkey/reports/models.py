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


class Step(models.TextChoices):
    """Of counting a day (overview/coverage.py)."""

    READ = "read"
    COUNT = "count"
    CARRY = "carry"
    ADD_UP = "add_up"


class Counting(models.Model):
    """The one row that says which day was counted last, and how far the next one is, if one is
    under way. `size` is that of the tree of changes when the day was begun, at `at`."""

    ONE = 1
    HOW_FAR = ("last_day", "day", "step", "after")

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    last_day = models.DateField(null=True)
    last_at = models.DateTimeField(null=True)
    last_size = models.BigIntegerField(default=0)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    step = models.CharField(max_length=6, choices=Step, default=Step.READ)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day or self.last_day)


class ToCount(models.Model):
    """An organisation whose figures may have changed since the day that was counted last."""

    organisation_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.organisation_id)


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
