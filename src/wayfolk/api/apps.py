from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "wayfolk.api"
    label = "api"
