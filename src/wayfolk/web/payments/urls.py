"""Addresses of payments: those of a booking by its BKG. No, those of a customer by number."""

from django.urls import path

from wayfolk.web.payments import of_booking, of_customer

app_name = "payments"
urlpatterns = [
    path("", of_customer.late_list, name="list"),
    path("of-customer/<int:number>/", of_customer.of_customer, name="of_customer"),
    path("of-booking/<int:number>/", of_booking.of_booking, name="of_booking"),
    path("of-booking/<int:number>/new/", of_booking.record, name="record"),
    path("of-booking/<int:number>/dues/", of_booking.dues, name="dues"),
    path("<uuid:payment_id>/", of_booking.edit, name="edit"),
    path("<uuid:payment_id>/receipt/", of_booking.receive, name="receive"),
    path("<uuid:payment_id>/reversal/", of_booking.reverse_one, name="reverse"),
]
