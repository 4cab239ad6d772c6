from django.urls import path

from wayfolk.web.passengers import views

app_name = "passenger_ages"
urlpatterns = [
    path("", views.age_list, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:band_id>/", views.edit, name="edit"),
    path("<uuid:band_id>/removal/", views.remove, name="remove"),
]
