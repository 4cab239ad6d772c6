"""Addresses of the preferences of customers; their list is a section of the customer's page."""

from django.urls import path

from wayfolk.web.passengers import preferences

app_name = "preferences"
urlpatterns = [
    path("of-customer/<int:number>/new/", preferences.create, name="create"),
    path("<uuid:preference_id>/", preferences.edit, name="edit"),
    path("<uuid:preference_id>/removal/", preferences.remove, name="remove"),
]
