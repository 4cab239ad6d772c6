from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "wayfolk.loyalty"
    label = "loyalty"
