from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "wayfolk.communications"
    label = "communications"
