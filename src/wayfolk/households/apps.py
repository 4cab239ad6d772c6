from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "wayfolk.households"
    label = "households"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.customers import operations as customer_operations
        from wayfolk.customers.operations import converting
        from wayfolk.customers.queries import sharing
        from wayfolk.households import customer_links, queries
        from wayfolk.households.operations import conversion, deletion, keeping
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers

        customer_operations.before_deletion(deletion.leave_households)
        sharing.on_groups(queries.groups_of)
        converting.before_conversion(conversion.name_obstacles)
        tables.on_restored("households_household", keeping.derive_folded)
        numbers.on_number(
            numbers.Source("household", "households_customers_of", "households", "households.view")
        )
        links.register(*customer_links.LINKS)
