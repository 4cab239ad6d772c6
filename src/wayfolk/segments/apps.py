from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "wayfolk.segments"
    label = "segments"
