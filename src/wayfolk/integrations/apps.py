from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "wayfolk.integrations"
    label = "integrations"
