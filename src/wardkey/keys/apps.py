from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "wardkey.keys"
    label = "keys"
