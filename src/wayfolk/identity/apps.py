from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "wayfolk.identity"
    label = "identity"
