from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "wardkey.reports"
    label = "reports"
