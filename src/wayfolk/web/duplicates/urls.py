"""Addresses of possible duplicates."""

from django.urls import path

from wayfolk.web.duplicates import everybody, lane

app_name = "duplicates"
urlpatterns = [
    path("", lane.lane, name="lane"),
    path("decision", lane.decide, name="decide"),
    path("search", everybody.start, name="search_everybody"),
    path("search/progress", everybody.progress, name="search_progress"),
    path("of/<int:number>/", lane.of_customer, name="of_customer"),
    path("of/<int:number>/search", lane.search, name="search"),
]
