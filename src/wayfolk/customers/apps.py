from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wayfolk.customers"
    label = "customers"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.customers import operations

        tables.on_restored("customers_customer", operations.derive_folded)
        tables.on_restored("customers_contactpoint", operations.derive_reach)
        tables.on_restored("customers_address", operations.derive_places)
