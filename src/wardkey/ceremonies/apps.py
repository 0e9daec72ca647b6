from django.apps import AppConfig


class CeremoniesConfig(AppConfig):
    name = "wardkey.ceremonies"
    label = "ceremonies"
