"""Addresses of the settings of reasons."""

from django.urls import path

from wayfolk.web.service import reasons

app_name = "reasons"
urlpatterns = [
    path("", reasons.reason_list, name="list"),
    path("<uuid:reason_id>/name/", reasons.rename, name="rename"),
    path("<uuid:reason_id>/position/", reasons.move, name="move"),
    path("<uuid:reason_id>/switch/", reasons.switch, name="switch"),
    path("<uuid:reason_id>/removal/", reasons.remove, name="remove"),
]
