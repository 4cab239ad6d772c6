from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "wayfolk.staff"
    label = "staff"
