"""Addresses of the settings of bonus and extras."""

from django.urls import path

from wayfolk.web.loyalty import settings

app_name = "bonus_settings"
urlpatterns = [
    path("", settings.index, name="index"),
    path("rule", settings.set_rule, name="rule"),
    path("<slug:name>/new", settings.add, name="add"),
    path("<slug:name>/<uuid:entry_id>/name", settings.rename, name="rename"),
    path("<slug:name>/<uuid:entry_id>/closing", settings.set_closed, name="closing"),
    path("<slug:name>/<uuid:entry_id>/removal", settings.remove, name="remove"),
]
