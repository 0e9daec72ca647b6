from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "wardkey.sessions"
    label = "sessions"
