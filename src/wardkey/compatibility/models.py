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


class TriedBy(models.TextChoices):
    ADMINISTRATOR = "administrator"
    STANDARD_USER = "standard_user"


class CheckedDevice(models.Model):
    """What *Check this device* saw, in the table of an organisation once an administrator added it.

    Without `added_by` somebody sent it, and it waits; who that was is no business of the table.

    `id` is that of the check, which is added once. Names of systems and browsers are from
    devices.py, versions are what the browser told, or empty.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    tried_by = models.CharField(
        max_length=15, choices=TriedBy, db_default=TriedBy.ADMINISTRATOR.value
    )
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
