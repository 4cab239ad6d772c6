"""Addresses of questionnaires."""

from django.urls import path

from wayfolk.web.service import on_bookings, questionnaires

app_name = "questionnaires"
urlpatterns = [
    path("", questionnaires.index, name="list"),
    path("new/", questionnaires.create, name="create"),
    path("happiness/", questionnaires.set_happiness, name="happiness"),
    path("of-booking/<int:number>/", on_bookings.of_booking, name="of_booking"),
    path("<uuid:row_id>/", questionnaires.detail, name="detail"),
    path("<uuid:row_id>/edit/", questionnaires.edit, name="edit"),
    path("<uuid:row_id>/removal/", questionnaires.remove, name="remove"),
    path("<uuid:row_id>/results/", questionnaires.results, name="results"),
    path("<uuid:row_id>/questions/new/", questionnaires.add_question, name="add_question"),
    path(
        "<uuid:row_id>/questions/<uuid:question_id>/",
        questionnaires.edit_question,
        name="edit_question",
    ),
    path(
        "<uuid:row_id>/questions/<uuid:question_id>/position/",
        questionnaires.move_question,
        name="move_question",
    ),
    path(
        "<uuid:row_id>/questions/<uuid:question_id>/removal/",
        questionnaires.remove_question,
        name="remove_question",
    ),
    path("<uuid:row_id>/bookings/<int:number>/answers/", on_bookings.enter, name="enter"),
    path("<uuid:row_id>/bookings/<int:number>/invitation/", on_bookings.invite, name="invite"),
]
