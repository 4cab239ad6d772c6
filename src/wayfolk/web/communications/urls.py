"""Addresses of communications."""

from django.conf import settings
from django.urls import URLPattern, path

from wayfolk.web.communications import bulk, caught, composing, noting, timeline

app_name = "communications"
urlpatterns: list[URLPattern] = [
    path("customers/<int:number>/", timeline.of_customer, name="of_customer"),
    path("customers/<int:number>/email/", composing.email, name="email"),
    path("customers/<int:number>/sms/", composing.sms, name="sms"),
    path("customers/<int:number>/call/", noting.call, name="call"),
    path("customers/<int:number>/note/", noting.note, name="note"),
    path("<uuid:row_id>/", noting.edit, name="edit"),
    path("<uuid:row_id>/removal/", noting.remove, name="remove"),
    path("<uuid:row_id>/cancellation/", composing.cancel, name="cancel"),
    path("many/", bulk.listing, name="bulk_list"),
    path("many/new/", bulk.create, name="bulk_create"),
    path("many/<uuid:bulk_id>/", bulk.detail, name="bulk"),
    path("many/<uuid:bulk_id>/text/", bulk.edit, name="bulk_edit"),
    path("many/<uuid:bulk_id>/start/", bulk.start, name="bulk_start"),
    path("many/<uuid:bulk_id>/cancellation/", bulk.cancel, name="bulk_cancel"),
    path("many/<uuid:bulk_id>/removal/", bulk.discard, name="bulk_discard"),
    path("many/<uuid:bulk_id>/progress/", bulk.progress, name="bulk_progress"),
    path("many/<uuid:bulk_id>/recipients.csv", bulk.recipients, name="bulk_recipients"),
]

if settings.DEMO:
    urlpatterns.append(path("caught/", caught.messages, name="caught"))
