"""Addresses of stays. A reservation ID belongs to its hotel, so a stay is named by its id."""

from django.urls import path

from wayfolk.web.stays import listing, planning, record, recording

app_name = "stays"
urlpatterns = [
    path("", listing.stay_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("<uuid:stay_id>/", record.detail, name="detail"),
    path("<uuid:stay_id>/history/", record.history, name="history"),
    path("<uuid:stay_id>/edit/", recording.edit, name="edit"),
    path("<uuid:stay_id>/cancellation/", recording.cancel, name="cancel"),
    path("<uuid:stay_id>/itinerary/", planning.choose, name="itinerary"),
    path("<uuid:stay_id>/itinerary/removal/", planning.remove, name="leave_itinerary"),
]
