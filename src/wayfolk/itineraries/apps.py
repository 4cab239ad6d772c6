from django.apps import AppConfig


class ItinerariesConfig(AppConfig):
    name = "wayfolk.itineraries"
    label = "itineraries"
