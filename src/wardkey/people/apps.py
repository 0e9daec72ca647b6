from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wardkey.people"
    label = "people"
