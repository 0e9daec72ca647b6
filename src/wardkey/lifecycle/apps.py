from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "wardkey.lifecycle"
    label = "lifecycle"
