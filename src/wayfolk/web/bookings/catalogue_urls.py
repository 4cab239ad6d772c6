"""Addresses of what booking lines are made of, below the settings."""

from django.urls import path

from wayfolk.web.bookings import adjustments, catalogues

app_name = "line_catalogues"
urlpatterns = [
    path("categories/", catalogues.categories, name="categories"),
    path("categories/<uuid:category_id>/", catalogues.change_category, name="change_category"),
    path("pickup-points/", catalogues.pickup_points, name="pickup_points"),
    path("pickup-points/new/", catalogues.create_pickup_point, name="create_pickup_point"),
    path("pickup-points/<uuid:point_id>/", catalogues.edit_pickup_point, name="edit_pickup_point"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/new/", adjustments.create_adjustment, name="create_adjustment"),
    path("adjustments/<uuid:adjustment_id>/", adjustments.edit_adjustment, name="edit_adjustment"),
]
