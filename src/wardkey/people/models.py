import secrets
import uuid
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..base import clock
from ..organisations.models import Organisation
from ..organisations.models import Status as OrganisationStatus
from .found_by import PairsUpTo, SearchWord, UnpairedWord, WordPair, WordPart

__all__ = ["PairsUpTo", "SearchWord", "UnpairedWord", "WordPair", "WordPart"]


def new_user_handle() -> bytes:
    """64 random bytes that tell nothing about the person (WebAuthn L3 §14.6.1)."""
    return secrets.token_bytes(64)


class Status(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Standing(models.TextChoices):
    """Where somebody is between their first day and the end."""

    TO_COME = "to_come"
    HERE = "here"
    LEAVING = "leaving"
    SUSPENDED = "suspended"
    CLOSED = "closed"


STAMP = ("security_stamp", "stamped_at")
# Begins what is left of a user name (erased.py): none that somebody types has capital letters then.
ERASED = "ERASED "


class Person(AbstractBaseUser):
    """Rows are never deleted: neither an id nor a user name ever returns to another person. What is
    personal in them is erased, in the end (erased.py).

    `home` is the organisation of the home membership that holds now, kept here because every
    request asks for it; people/accounts.py changes the two together.

    Nobody signs in before `starts_at`, or from `closes_at` on, which is set for who is leaving.
    Both are compared with the clock, so that nothing waits for the worker.

    `stamped_at` is when `security_stamp` was last renewed: no session from before goes on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=254)
    username_key = models.CharField(max_length=254)
    name = models.CharField(max_length=200)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status, default=Status.ACTIVE)
    language = models.CharField(max_length=10, default="en-gb")
    user_handle = models.BinaryField(max_length=64, unique=True, default=new_user_handle)
    oidc_subject = models.UUIDField(unique=True, default=uuid.uuid4)
    security_stamp = models.UUIDField(default=uuid.uuid4)
    stamped_at = models.DateTimeField(null=True)
    second_factor_since = models.DateTimeField(null=True)
    second_factor_waived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    last_day = models.DateField(null=True)
    closes_at = models.DateTimeField(null=True)
    last_login = None

    USERNAME_FIELD = "username_key"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        indexes = [
            # The few whom the worker has to look for.
            models.Index(
                fields=["closes_at"],
                condition=Q(closes_at__isnull=False) & ~Q(status="closed"),
                name="people_to_close",
            ),
            models.Index(
                fields=["stamped_at"],
                condition=Q(stamped_at__isnull=False),
                name="people_stamped_anew",
            ),
        ]
        # Here and not with the field, whose own PostgreSQL would index twice, the second time for
        # LIKE, which nobody asks.
        constraints = [
            models.UniqueConstraint(fields=["username_key"], name="username_names_one_person")
        ]

    def __str__(self) -> str:
        return self.name

    def stamp_anew(self) -> None:
        """To be saved with `STAMP`."""
        self.security_stamp, self.stamped_at = uuid.uuid4(), clock.now()

    @property
    def standing(self) -> Standing:
        now = clock.now()
        if self.status == Status.CLOSED or (self.closes_at and self.closes_at <= now):
            return Standing.CLOSED
        if self.status == Status.SUSPENDED:
            return Standing.SUSPENDED
        if self.starts_at and self.starts_at > now:
            return Standing.TO_COME
        return Standing.LEAVING if self.closes_at else Standing.HERE

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.standing in {Standing.HERE, Standing.LEAVING}

    @property
    def may_be_given_keys(self) -> bool:
        """Also before their first day, so that a key lies ready for it."""
        return self.is_active or self.standing == Standing.TO_COME

    @property
    def is_erased(self) -> bool:
        return self.username_key.startswith(ERASED)

    @property
    def may_sign_in(self) -> bool:
        """With `home` loaded: nobody does while it is suspended."""
        return self.is_active and self.home.status == OrganisationStatus.ACTIVE

    @property
    def must_prove_second_factor(self) -> bool:
        """Who has had a second factor is always asked for one, until an administrator waives it."""
        if self.second_factor_since is None:
            return False
        waived = self.second_factor_waived_at
        return waived is None or waived < self.second_factor_since


class ExternalId(models.Model):
    """How another system (payroll, directory) names a person."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="external_ids", db_constraint=False
    )
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "value"], name="external_id_names_one_person")
        ]


class Membership(models.Model):
    """A person's place. The home decides policy and who administers the person's keys."""

    class Kind(models.TextChoices):
        HOME = "home"
        GUEST = "guest"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", db_constraint=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.HOME)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="home", ends_at__isnull=True),
                name="one_home_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "ends_at"],
                condition=Q(kind="guest"),
                name="guests_of_organisation",
            )
        ]


class Role(models.TextChoices):
    HELPDESK = "helpdesk", _("Local helpdesk")
    AUDITOR = "auditor", _("Auditor")
    LOCAL_ADMINISTRATOR = "local_administrator", _("Local administrator")
    PRIMARY_LOCAL_ADMINISTRATOR = "primary_local_administrator", _("Primary local administrator")
    PLATFORM_ADMINISTRATOR = "platform_administrator", _("Platform administrator")


class RoleGrant(models.Model):
    """A role on an organisation, for a time. Rows are never deleted: they end.

    It gives rights only while it neither waits (for its holder to have two keys) nor sleeps (so
    that the holder's home can help them; people/sleeping_roles.py).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=30, choices=Role)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    with_those_below = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="role_grants_given"
    )
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    waiting_since = models.DateTimeField(null=True)
    asleep_since = models.DateTimeField(null=True)
    asleep_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asleep_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    @property
    def last_moment(self) -> datetime | None:
        """`ends_at` is the first moment after it, often a midnight."""
        return self.ends_at and self.ends_at - timedelta(microseconds=1)

    @property
    def gives_rights(self) -> bool:
        """As far as the role itself goes: its organisation may be suspended."""
        return self.waiting_since is None and self.asleep_since is None


class ContactPoint(models.Model):
    class Kind(models.TextChoices):
        MAIL = "mail"
        MOBILE = "mobile"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="contact_points", db_constraint=False
    )
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.MAIL)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)


class PolicyException(models.Model):
    """What one person is let off, for a time; people/policy.py says how far it reaches.

    `name` and `value` are those of organisations/policy_values.py, `organisation` the one for
    which it was approved.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="policy_exceptions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    value = models.TextField()
    reason = models.CharField(max_length=200)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="exceptions_by_end")]

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def last_moment(self) -> datetime:
        """Midnight belongs to the day before."""
        return self.ends_at - timedelta(microseconds=1)
