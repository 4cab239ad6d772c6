from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "wayfolk.sales"
    label = "sales"
