"""Addresses of catalog orders. An Order No names an order."""

from django.urls import path

from wayfolk.web.catalogs import listing, recording

app_name = "catalogs"
urlpatterns = [
    path("", listing.order_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("of-customer/<int:number>/", listing.of_customer, name="of_customer"),
    path("<int:number>/", recording.edit, name="edit"),
    path("<int:number>/history/", recording.history, name="history"),
    path("<int:number>/sending/", recording.send, name="send"),
    path("<int:number>/cancellation/", recording.cancel, name="cancel"),
]
