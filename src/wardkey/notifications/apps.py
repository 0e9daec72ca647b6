from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "wardkey.notifications"
    label = "notifications"
