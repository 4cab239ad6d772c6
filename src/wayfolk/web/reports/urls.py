"""Addresses of the reports; what they are of stands in the query."""

from django.urls import path

from wayfolk.web.reports import views

app_name = "reports"
urlpatterns = [
    path("bookings/", views.bookings, name="bookings"),
    path("bookings/csv/", views.bookings_as_csv, name="bookings_csv"),
    path("passengers/", views.passengers, name="passengers"),
    path("passengers/csv/", views.passengers_as_csv, name="passengers_csv"),
]
