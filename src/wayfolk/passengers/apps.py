from django.apps import AppConfig


class PassengersConfig(AppConfig):
    name = "wayfolk.passengers"
    label = "passengers"

    def ready(self) -> None:
        from wayfolk.customers.operations import converting
        from wayfolk.passengers.preferences import conversion

        converting.before_conversion(conversion.name_obstacles)
