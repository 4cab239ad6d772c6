"""Addresses of merges."""

from django.urls import path

from wayfolk.web.merges import choosing, merging, unmerging

app_name = "merges"
urlpatterns = [
    path("ticked", choosing.ticked, name="ticked"),
    path("with/<int:number>/", choosing.with_another, name="with"),
    path("new", merging.new, name="new"),
    path("of/<int:number>/", unmerging.of_customer, name="of_customer"),
    path("<uuid:merge_id>/unmerge", unmerging.unmerge, name="unmerge"),
]
