"""Addresses of offers. An Offer No names an offer; a state change is a part of it."""

from django.urls import path

from wayfolk.web.offers import converting, listing, record, recording, sending, steps

app_name = "offers"
urlpatterns = [
    path("", listing.offer_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("follow-up/", listing.follow_ups, name="follow_ups"),
    path("new/", recording.create, name="create"),
    path("of-customer/<int:number>/", listing.of_customer, name="of_customer"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history/", record.history, name="history"),
    path("<int:number>/communications/", record.said, name="communications"),
    path("<int:number>/edit/", recording.edit, name="edit"),
    path("<int:number>/sending/", sending.send, name="send"),
    path("<int:number>/booking/", converting.convert, name="convert"),
    path("<int:number>/customer/", converting.link_customer, name="link_customer"),
    path("<int:number>/closing/", steps.close, name="close"),
    path("<int:number>/reopening/", steps.reopen, name="reopen"),
    path("<int:number>/follow-up/", steps.follow_up, name="follow_up"),
    path("<int:number>/reminders/", steps.switch_reminders, name="reminders"),
    path(
        "<int:number>/reminders/<uuid:reminder_id>/removal/",
        steps.cancel_reminder,
        name="cancel_reminder",
    ),
]
