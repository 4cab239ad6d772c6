"""Addresses of Recent changes."""

from django.urls import path

from wayfolk.web.changes import undoing, views

app_name = "changes"
urlpatterns = [
    path("", views.change_list, name="list"),
    path("undos/<uuid:job_id>/", undoing.job, name="job"),
    path("<uuid:change_set_id>/", views.detail, name="detail"),
    path("<uuid:change_set_id>/conflicts", undoing.conflicts, name="conflicts"),
    path("<uuid:change_set_id>/undo", undoing.undo, name="undo"),
]
