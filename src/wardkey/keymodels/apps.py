from django.apps import AppConfig


class KeyModelsConfig(AppConfig):
    name = "wardkey.keymodels"
    label = "keymodels"
