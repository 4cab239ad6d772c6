"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from wayfolk.web import customer_picker, household_picker, partner_picker, sections, style_guide
from wayfolk.web.bookings import choosing_pickup
from wayfolk.web.communications import unsubscribing
from wayfolk.web.home import views as home
from wayfolk.web.search import views as search
from wayfolk.web.service import answering

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("customers/", include("wayfolk.web.customers.urls")),
    path("duplicates/", include("wayfolk.web.duplicates.urls")),
    path("merges/", include("wayfolk.web.merges.urls")),
    path("itineraries/", include("wayfolk.web.itineraries.urls")),
    path("settings/stages/", include("wayfolk.web.itineraries.stage_urls")),
    path("settings/passenger-ages/", include("wayfolk.web.passengers.urls")),
    path("preferences/", include("wayfolk.web.passengers.preference_urls")),
    path("settings/booking-lines/", include("wayfolk.web.bookings.catalogue_urls")),
    path("households/", include("wayfolk.web.households.urls")),
    path("bookings/", include("wayfolk.web.bookings.urls")),
    path("stays/", include("wayfolk.web.stays.urls")),
    path("offers/", include("wayfolk.web.offers.urls")),
    path("catalog-orders/", include("wayfolk.web.catalogs.urls")),
    path("settings/offers/", include("wayfolk.web.offers.settings_urls")),
    path("settings/lists/", include("wayfolk.web.offers.list_urls")),
    path("payments/", include("wayfolk.web.payments.urls")),
    path("bonus/", include("wayfolk.web.loyalty.bonus_urls")),
    path("extras/", include("wayfolk.web.loyalty.extras_urls")),
    path("settings/bonus/", include("wayfolk.web.loyalty.settings_urls")),
    path("partners/", include("wayfolk.web.partners.urls")),
    path("partner-picker/", partner_picker.choices, name="partner_picker"),
    path("customer-picker/", customer_picker.choices, name="customer_picker"),
    path("household-picker/", household_picker.choices, name="household_picker"),
    path("cases/", include("wayfolk.web.service.urls")),
    path("questionnaires/", include("wayfolk.web.service.questionnaire_urls")),
    path("settings/reasons/", include("wayfolk.web.service.reason_urls")),
    path("answers/<str:token>", answering.answer, name="answer"),
    path("pickup/<str:token>", choosing_pickup.choose, name="choose_pickup"),
    path("reports/", include("wayfolk.web.reports.urls")),
    path("changes/", include("wayfolk.web.changes.urls")),
    path("imports/", include("wayfolk.web.imports.urls")),
    path("communications/", include("wayfolk.web.communications.urls")),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("exports/", include("wayfolk.web.exports.urls")),
    path("sections/", sections.remember, name="sections"),
    path("settings/", include("wayfolk.web.settings.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("style-guide", style_guide.style_guide, name="style_guide"))
