from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "wayfolk.demo"
    label = "demo"
