from django.apps import AppConfig


class CompatibilityConfig(AppConfig):
    name = "wardkey.compatibility"
    label = "compatibility"
