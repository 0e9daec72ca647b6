from django.apps import AppConfig


class GuideConfig(AppConfig):
    name = "wardkey.guide"
    label = "guide"
