from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wardkey.web"
    label = "web"
