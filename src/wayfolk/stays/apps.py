from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "wayfolk.stays"
    label = "stays"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.identity.matching import against
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers, trips
        from wayfolk.stays import customer_links, operations, queries, telling_apart

        tables.on_restored("stays_stay", operations.derive_folded_stays)
        tables.on_restored("stays_property", operations.derive_folded_properties)
        numbers.on_number(
            numbers.Source("reservation", "stays_customers_of", "stays", "stays.view")
        )
        trips.on_travelled("stays_last_travelled")
        trips.on_ended(queries.list_endings)
        links.register(*customer_links.LINKS)
        against.on_told_apart(telling_apart.ELSEWHERE)
