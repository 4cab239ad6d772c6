from django.apps import AppConfig


class ItinerariesConfig(AppConfig):
    name = "wayfolk.itineraries"
    label = "itineraries"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.customers import operations as customer_operations
        from wayfolk.identity.matching import against
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers, trips
        from wayfolk.itineraries import customer_links, queries, telling_apart
        from wayfolk.itineraries.operations import deletion, planning, staging
        from wayfolk.organization import founding

        founding.on_founded(staging.create_default_stages)
        customer_operations.before_deletion(deletion.take_off_itineraries)
        tables.on_restored("itineraries_itinerary", planning.derive_folded)
        numbers.on_number(
            numbers.Source("trip", "itineraries_customers_of", "itineraries", "itineraries.view")
        )
        trips.on_counted("itineraries_past_trips")
        trips.on_travelled("itineraries_last_travelled")
        trips.on_ended(queries.list_endings)
        links.register(*customer_links.LINKS)
        against.on_told_apart(telling_apart.TRAVELLED_TOGETHER)
