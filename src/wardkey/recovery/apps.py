from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "wardkey.recovery"
    label = "recovery"
