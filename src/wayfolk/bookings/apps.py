from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "wayfolk.bookings"
    label = "bookings"
