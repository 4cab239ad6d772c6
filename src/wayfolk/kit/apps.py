from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "wayfolk.kit"
    label = "kit"
