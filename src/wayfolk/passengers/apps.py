from django.apps import AppConfig


class PassengersConfig(AppConfig):
    name = "wayfolk.passengers"
    label = "passengers"
