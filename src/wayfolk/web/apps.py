from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wayfolk.web"
    label = "web"
