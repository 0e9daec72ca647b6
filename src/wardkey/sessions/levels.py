"""How far somebody is signed in."""

from django.db import models


class Level(models.TextChoices):
    """How somebody proved who they are."""

    PASSWORD = "password"
    ACCESS_PASS = "access_pass"
    KEY = "key"


class Owed(models.TextChoices):
    """What a session must still do before it opens anything else."""

    NOTHING = ""
    SECOND_FACTOR = "second_factor"
    FIRST_KEY = "first_key"
    HANDOVER = "handover"
