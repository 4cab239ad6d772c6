"""Addresses of exports."""

from django.urls import path

from wayfolk.web.exports import pages

app_name = "exports"
urlpatterns = [
    path("", pages.export_list, name="list"),
    path("new", pages.create, name="create"),
    path("<uuid:run_id>/", pages.detail, name="detail"),
    path("<uuid:run_id>/progress", pages.progress, name="progress"),
    path("<uuid:run_id>/cancellation", pages.cancel, name="cancel"),
    path("<uuid:run_id>/restart", pages.start_again, name="restart"),
    path("<uuid:run_id>/file", pages.download, name="download"),
]
