from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wayfolk.customers"
    label = "customers"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.customers import operations

        for table in ("customers_customer", "customers_contactpoint"):
            tables.on_restored(table, operations.derive_folded)
        tables.on_restored("customers_address", operations.derive_places)
