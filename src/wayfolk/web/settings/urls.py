"""Addresses of the settings."""

from django.urls import path

from wayfolk.web.settings import views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
]
