from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "wayfolk.service"
    label = "service"
