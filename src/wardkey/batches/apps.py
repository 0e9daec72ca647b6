from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "wardkey.batches"
    label = "batches"
