"""Addresses of households, by Household No; parts of one by their ids."""

from django.urls import path

from wayfolk.web.households import (
    editing,
    listing,
    moving,
    people,
    record,
    splitting,
    suggesting,
)

app_name = "households"
urlpatterns = [
    path("", listing.household_list, name="list"),
    path("count", listing.exact_count, name="count"),
    path("new", editing.create, name="create"),
    path("suggestions/", suggesting.suggestion_list, name="suggestions"),
    path("suggestions/dismissal", suggesting.dismiss, name="dismiss"),
    path("suggestions/<int:number>", suggesting.of_customer, name="suggested_for"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history", record.history, name="history"),
    path("<int:number>/edit", editing.edit, name="edit"),
    path("<int:number>/end", editing.end, name="end"),
    path("<int:number>/members/new", moving.move_in, name="move_in"),
    path("<int:number>/members/departure", moving.move_out, name="move_out"),
    path("<int:number>/members/<uuid:member_id>", moving.correct, name="member"),
    path("<int:number>/split", splitting.split, name="split"),
    path("<int:number>/merge", splitting.merge, name="merge"),
    path("<int:number>/guardians/new", people.add_guardian, name="add_guardian"),
    path("<int:number>/guardians/<uuid:row_id>/end", people.end_guardian, name="end_guardian"),
    path("<int:number>/connections/new", people.connect, name="connect"),
    path(
        "<int:number>/connections/<uuid:row_id>/end", people.end_connection, name="end_connection"
    ),
]
