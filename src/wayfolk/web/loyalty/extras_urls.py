"""Addresses of customer extras."""

from django.urls import path

from wayfolk.web.loyalty import benefits

app_name = "extras"
urlpatterns = [
    path("", benefits.ending_extras, name="list"),
    path("of-customer/<int:number>/", benefits.extras_of_customer, name="of_customer"),
    path("of-customer/<int:number>/new/", benefits.create_extra, name="create"),
    path("<uuid:row_id>/", benefits.edit_extra, name="edit"),
    path("<uuid:row_id>/use/", benefits.use_extra, name="use"),
    path("<uuid:row_id>/removal/", benefits.remove_extra, name="remove"),
]
