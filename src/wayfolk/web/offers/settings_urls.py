from django.urls import path

from wayfolk.web.offers import settings

app_name = "offer_settings"
urlpatterns = [path("", settings.edit, name="edit")]
