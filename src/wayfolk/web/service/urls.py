"""Addresses of service cases, named by their Case No."""

from django.urls import path

from wayfolk.web.service import listing, record, recording

app_name = "cases"
urlpatterns = [
    path("", listing.case_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("of-customer/<int:number>/", listing.of_customer, name="of_customer"),
    path("of-booking/<int:number>/", listing.of_booking, name="of_booking"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/edit/", recording.edit, name="edit"),
    path("<int:number>/history/", record.history, name="history"),
    path("<int:number>/status/", record.set_status, name="set_status"),
    path("<int:number>/comments/", record.comment, name="comment"),
    path("<int:number>/attachments/", record.attach, name="attach"),
    path("<int:number>/attachments/<uuid:row_id>/", record.attachment, name="attachment"),
    path(
        "<int:number>/attachments/<uuid:row_id>/removal/",
        record.remove_attachment,
        name="remove_attachment",
    ),
]
