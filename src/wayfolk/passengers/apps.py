from django.apps import AppConfig


class PassengersConfig(AppConfig):
    name = "wayfolk.passengers"
    label = "passengers"

    def ready(self) -> None:
        from wayfolk.customers.operations import converting
        from wayfolk.identity.merging import links
        from wayfolk.passengers import customer_links
        from wayfolk.passengers.preferences import conversion

        converting.before_conversion(conversion.name_obstacles)
        links.register(*customer_links.LINKS)
