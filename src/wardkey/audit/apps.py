from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "wardkey.audit"
    label = "audit"
