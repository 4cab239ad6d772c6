"""Addresses of bonus points and packages."""

from django.urls import path

from wayfolk.web.loyalty import benefits, points

app_name = "bonus"
urlpatterns = [
    path("", benefits.ending_packages, name="list"),
    path("of-customer/<int:number>/", points.of_customer, name="of_customer"),
    path("of-customer/<int:number>/points/<slug:step>/", points.write, name="points"),
    path("of-customer/<int:number>/packages/new/", benefits.create_package, name="create"),
    path("packages/<uuid:row_id>/", benefits.edit_package, name="edit"),
    path("packages/<uuid:row_id>/use/", benefits.use_package, name="use"),
    path("packages/<uuid:row_id>/end/", benefits.end_package, name="end"),
]
