"""Addresses of imports."""

from django.urls import path

from wayfolk.web.imports import listing, mapping, runs, uploading

app_name = "imports"
urlpatterns = [
    path("", listing.import_list, name="list"),
    path("new/", uploading.create, name="create"),
    path("templates/<slug:slug>.csv", uploading.template, name="template"),
    path("<uuid:run_id>/", runs.detail, name="detail"),
    path("<uuid:run_id>/progress/", runs.progress, name="progress"),
    path("<uuid:run_id>/mapping/", mapping.edit, name="mapping"),
    path("<uuid:run_id>/stop/", runs.stop, name="stop"),
    path("<uuid:run_id>/continuation/", runs.resume, name="continuation"),
    path("<uuid:run_id>/removal/", runs.discard, name="removal"),
    path("<uuid:run_id>/refused.csv", runs.refused_rows, name="refused"),
    path("<uuid:run_id>/remarks.csv", runs.remarked_rows, name="remarks"),
]
