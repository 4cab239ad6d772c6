"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from wayfolk.web import customer_picker, household_picker, partner_picker, sections, style_guide
from wayfolk.web.home import views as home
from wayfolk.web.search import views as search

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("customers/", include("wayfolk.web.customers.urls")),
    path("itineraries/", include("wayfolk.web.itineraries.urls")),
    path("settings/stages/", include("wayfolk.web.itineraries.stage_urls")),
    path("settings/passenger-ages/", include("wayfolk.web.passengers.urls")),
    path("households/", include("wayfolk.web.households.urls")),
    path("bookings/", include("wayfolk.web.bookings.urls")),
    path("stays/", include("wayfolk.web.stays.urls")),
    path("partners/", include("wayfolk.web.partners.urls")),
    path("partner-picker/", partner_picker.choices, name="partner_picker"),
    path("customer-picker/", customer_picker.choices, name="customer_picker"),
    path("household-picker/", household_picker.choices, name="household_picker"),
    path("changes/", include("wayfolk.web.changes.urls")),
    path("imports/", include("wayfolk.web.imports.urls")),
    path("sections/", sections.remember, name="sections"),
    path("settings/", include("wayfolk.web.settings.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("style-guide", style_guide.style_guide, name="style_guide"))
