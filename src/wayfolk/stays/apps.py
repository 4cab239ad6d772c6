from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "wayfolk.stays"
    label = "stays"
