"""Addresses of bookings. A BKG. No names a booking; a state change is a part of it."""

from django.urls import path

from wayfolk.web.bookings import (
    choosing_pickup,
    connecting,
    listing,
    passengers,
    pricing,
    record,
    recording,
    totals_panel,
    travellers,
)

app_name = "bookings"
urlpatterns = [
    path("", listing.booking_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("new/travellers/", travellers.choices, name="travellers"),
    path("of-customer/<int:number>/", listing.of_customer, name="of_customer"),
    path("of-customer/<int:number>/years/", totals_panel.years, name="years_of_customer"),
    path("of-customer/<int:number>/filters/", listing.keep_filter, name="filters_of_customer"),
    path("of-traveller/<int:number>/", listing.of_traveller, name="of_traveller"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history/", record.history, name="history"),
    path("<int:number>/edit/", recording.edit, name="edit"),
    path("<int:number>/commission/", recording.recompute, name="recompute"),
    path("<int:number>/cancellation/", recording.cancel, name="cancel"),
    path("<int:number>/connection/", connecting.connect, name="connect"),
    path("<int:number>/disconnection/", connecting.disconnect, name="disconnect"),
    path("<int:number>/lines/", pricing.add, name="add_line"),
    path("<int:number>/lines/<uuid:line_id>/", pricing.edit, name="edit_line"),
    path(
        "<int:number>/lines/proposed/<uuid:adjustment_id>/",
        pricing.add_proposed,
        name="add_proposed",
    ),
    path("<int:number>/lines/<uuid:line_id>/removal/", pricing.remove, name="remove_line"),
    path("<int:number>/lines/<uuid:line_id>/link/", choosing_pickup.send, name="send_pickup_link"),
    path("<int:number>/passengers/", passengers.add, name="add_passengers"),
    path("<int:number>/passengers/new/", passengers.choose, name="choose_passenger"),
    path("<int:number>/passengers/numbers/", passengers.take_numbers, name="take_numbers"),
    path("<int:number>/passengers/<int:customer>/lead/", passengers.lead, name="lead_passenger"),
    path(
        "<int:number>/passengers/<int:customer>/type/", passengers.set_type, name="passenger_type"
    ),
    path(
        "<int:number>/passengers/<int:customer>/removal/",
        passengers.remove,
        name="remove_passenger",
    ),
]
