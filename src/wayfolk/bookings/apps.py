from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "wayfolk.bookings"
    label = "bookings"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.bookings import operations

        tables.on_restored("bookings_booking", operations.derive_folded)
