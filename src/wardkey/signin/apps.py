from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "wardkey.signin"
    label = "signin"
