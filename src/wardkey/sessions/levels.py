"""How far somebody is signed in."""

from django.db import models


class Level(models.TextChoices):
    """How somebody proved who they are."""

    PASSWORD = "password"
    ACCESS_PASS = "access_pass"
    KEY = "key"
    APP = "app"
    RECOVERY_CODE = "recovery"
    DAY_PASS = "day_pass"


# In place of a key. They open what somebody does for themselves, and no role.
OTHER_FACTORS = [Level.APP, Level.RECOVERY_CODE, Level.DAY_PASS]
# What lets its holder set up another factor: a day pass is for the day alone.
SETS_UP_FACTORS = [Level.KEY, Level.ACCESS_PASS, Level.APP, Level.RECOVERY_CODE]


class Owed(models.TextChoices):
    """What a session must still do before it opens anything else."""

    NOTHING = ""
    SECOND_FACTOR = "second_factor"
    FIRST_KEY = "first_key"
    HANDOVER = "handover"
