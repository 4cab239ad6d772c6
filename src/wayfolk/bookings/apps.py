from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "wayfolk.bookings"
    label = "bookings"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.bookings import customer_links, lines, operations, queries, telling_apart
        from wayfolk.bookings.operations import commission, conversion
        from wayfolk.bookings.payments import operations as payments
        from wayfolk.customers import operations as customer_operations
        from wayfolk.customers.operations import converting
        from wayfolk.identity.matching import against
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers, trips
        from wayfolk.organization import founding
        from wayfolk.partners.operations import partners, terms

        founding.on_founded(operations.create_default_categories)
        kept = ("total_minor", "cost_minor")
        tables.on_settled("bookings_booking", kept, lines.find_having_lines)
        tables.on_restored("bookings_booking", operations.derive_folded)
        tables.on_restored("bookings_bookingpassenger", operations.settle_leads)
        source = numbers.Source("booking", "bookings_customers_of", "bookings", "bookings.view")
        numbers.on_number(source)
        trips.on_counted("bookings_past_trips")
        trips.on_travelled("bookings_last_travelled")
        trips.on_ended(queries.list_endings)
        converting.before_conversion(conversion.name_obstacles)
        customer_operations.before_deletion(payments.keep_owing)
        partners.before_removal(commission.keep_partner)
        terms.before_removal(commission.keep_term)
        links.register(*customer_links.LINKS)
        against.on_told_apart(telling_apart.TRAVELLED_TOGETHER)
