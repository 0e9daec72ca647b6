from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "wardkey.bulk"
    label = "bulk"
