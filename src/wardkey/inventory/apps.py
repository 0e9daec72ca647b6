from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "wardkey.inventory"
    label = "inventory"
