from django.urls import path

from wayfolk.web.itineraries import stages

app_name = "stages"
urlpatterns = [
    path("", stages.stage_list, name="list"),
    path("<uuid:stage_id>/name", stages.rename, name="rename"),
    path("<uuid:stage_id>/position", stages.move, name="move"),
    path("<uuid:stage_id>/closing", stages.set_closed, name="closing"),
    path("<uuid:stage_id>/removal", stages.remove, name="remove"),
]
