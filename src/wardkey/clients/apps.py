from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "wardkey.clients"
    label = "clients"
