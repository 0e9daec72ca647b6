from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "wardkey.organisations"
    label = "organisations"
