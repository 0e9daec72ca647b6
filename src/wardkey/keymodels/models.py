from django.db import models


class Certification(models.IntegerChoices):
    """FIDO's levels of authenticator certification, weakest first."""

    NONE = 0, "not certified"
    L1 = 1, "L1"
    L1_PLUS = 2, "L1+"
    L2 = 3, "L2"
    L2_PLUS = 4, "L2+"
    L3 = 5, "L3"
    L3_PLUS = 6, "L3+"


class MetadataBlob(models.Model):
    """A FIDO Metadata BLOB that was taken in. The one with the highest number is in force."""

    number = models.BigIntegerField(unique=True)
    next_update = models.DateField()
    fetched_at = models.DateTimeField()
    models_read = models.PositiveIntegerField()
    entries_lost = models.PositiveIntegerField()

    class Meta:
        ordering = ("-number",)


class KeyModel(models.Model):
    """A make of authenticator, as its maker and FIDO describe it.

    `id` is the AAGUID; models older than FIDO2 have none and get a name-based UUID, so that an id
    never changes. `statuses` holds `{"status", "since", "certificate_sha256", "firmware",
    "certificate_number"}`, the oldest first; `roots` the trust anchors, each base64 of DER;
    `user_verification` FIDO's names of the methods; `connections` how it reaches a computer: of
    wired, nfc, bluetooth and built_in, or None where that is not told. `key_protection` is FIDO's
    words for where it keeps private keys, None where that is not told or was not read yet.
    `firmware_version` is the lowest that the description covers.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    aaguid = models.UUIDField(unique=True, null=True)
    name = models.CharField(max_length=200)
    icon = models.TextField(blank=True)
    certification = models.PositiveSmallIntegerField(choices=Certification)
    statuses = models.JSONField()
    roots = models.JSONField()
    user_verification = models.JSONField()
    connections = models.JSONField(null=True)
    key_protection = models.JSONField(null=True)
    minimum_pin_length = models.PositiveSmallIntegerField(null=True)
    firmware_version = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ModelUnderReview(models.Model):
    """A model with a bad status: no new keys of it, and a time to replace those in use.

    `id` is the KeyModel's, whose row comes and goes with each BLOB. `began_at` is when the portal
    learned of it, which may be long after the status says that it holds. Keys with a later
    firmware than `firmware_up_to` are not concerned; None concerns all.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=200)
    statuses = models.JSONField()
    began_at = models.DateTimeField()
    firmware_up_to = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class PlugsTold(models.Model):
    """The shape of a model's plugs, as a platform administrator said it (plugs.py).

    `id` is the KeyModel's. `plugs` is a list of USB-A, USB-C and Lightning, or none alone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    plugs = models.JSONField()

    def __str__(self) -> str:
        return ", ".join(self.plugs)


class CertificateKeyIdentifier(models.Model):
    """How a model without AAGUID is known: 40 hex digits, SHA-1 of an attestation key (RFC 5280
    §4.2.1.2, method 1)."""

    identifier = models.CharField(primary_key=True, max_length=40)
    model = models.ForeignKey(KeyModel, on_delete=models.CASCADE, related_name="key_identifiers")

    def __str__(self) -> str:
        return self.identifier
