from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "wayfolk.audit"
    label = "audit"
