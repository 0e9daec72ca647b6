from django.db import models

from ..organisations.models import Organisation
from ..people.models import Person


class Form(models.TextChoices):
    """What kind of device it is."""

    COMPUTER = "computer"
    TABLET = "tablet"
    PHONE = "phone"
    COMPUTER_OR_TABLET = "computer_or_tablet"


class Outcome(models.TextChoices):
    WORKS = "works"
    FAILS = "fails"
    NOT_TRIED = "not_tried"


class CheckedDevice(models.Model):
    """What *Check this device* saw, as an administrator added it to their organisation's table.

    `id` is that of the check, which is added once. Names of systems and browsers are from
    devices.py, versions are what the browser told, or empty.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    form = models.CharField(max_length=20, choices=Form)
    system = models.CharField(max_length=40, blank=True)
    system_version = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=40, blank=True)
    browser_version = models.CharField(max_length=10, blank=True)
    registration = models.CharField(max_length=10, choices=Outcome)
    sign_in = models.CharField(max_length=10, choices=Outcome)
    with_virtual_key = models.BooleanField()

    class Meta:
        ordering = ("-checked_at", "pk")

    def __str__(self) -> str:
        system = f"{self.system} {self.system_version}".strip()
        return f"{system}, {self.browser} {self.browser_version}".strip(", ")
