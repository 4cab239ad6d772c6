"""Addresses of bookings. A BKG. No names a booking; a state change is a part of it."""

from django.urls import path

from wayfolk.web.bookings import connecting, listing, record, recording

app_name = "bookings"
urlpatterns = [
    path("", listing.booking_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("of-customer/<int:number>/", listing.of_customer, name="of_customer"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history/", record.history, name="history"),
    path("<int:number>/edit/", recording.edit, name="edit"),
    path("<int:number>/commission/", recording.recompute, name="recompute"),
    path("<int:number>/cancellation/", recording.cancel, name="cancel"),
    path("<int:number>/connection/", connecting.connect, name="connect"),
    path("<int:number>/disconnection/", connecting.disconnect, name="disconnect"),
]
