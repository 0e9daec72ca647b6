from django.apps import AppConfig


class DecidingConfig(AppConfig):
    name = "wardkey.deciding"
    label = "deciding"
