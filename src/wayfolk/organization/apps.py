from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "wayfolk.organization"
    label = "organization"
