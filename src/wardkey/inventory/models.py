import uuid

from django.db import models


class State(models.TextChoices):
    IN_STOCK = "in_stock"
    ISSUED = "issued"
    LOST = "lost"
    RETURNED = "returned"
    RETIRED = "retired"


class Box(models.Model):
    """Keys that came together: how they were received, and by whom. `organisation` is whose they
    were then; units go on from there one by one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    maker = models.CharField(max_length=60)
    model = models.CharField(max_length=100)
    site = models.CharField(max_length=80, blank=True)
    order_reference = models.CharField(max_length=60, blank=True)
    received_on = models.DateField()
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-kept_at"], name="boxes_of_organisation")]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


class Unit(models.Model):
    """A physical key with the serial number that is printed on it. Rows are never deleted.

    `serial_key` and `maker_key` are what tells one from another: their one form of upper and lower
    case. `holder` is whose it is while it is issued, or lost by them. `state_before` is what a lost
    one was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="units"
    )
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="units", db_index=False)
    serial_number = models.CharField(max_length=40)
    serial_key = models.CharField(max_length=40)
    maker = models.CharField(max_length=60)
    maker_key = models.CharField(max_length=1100)
    model = models.CharField(max_length=100)
    site = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State)
    state_before = models.CharField(max_length=8, blank=True)
    state_since = models.DateTimeField()
    state_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="units", null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["serial_key", "maker_key"], name="serial_number_once_a_maker"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "serial_key", "id"], name="units_in_order"),
            models.Index(
                fields=["organisation", "maker", "model", "site", "state"], name="units_counted"
            ),
            models.Index(fields=["box", "serial_key"], name="units_of_box"),
        ]

    def __str__(self) -> str:
        return self.serial_number


class UnitKey(models.Model):
    """The credential that this unit holds; a unit may hold those of several people."""

    key = models.OneToOneField(
        "keys.SecurityKey", on_delete=models.PROTECT, primary_key=True, related_name="in_unit"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="keys")
    linked_at = models.DateTimeField()


class Custody(models.Model):
    """What became of a unit, when, and in whose hands it was afterwards."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField()
    act = models.CharField(max_length=11)
    by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
