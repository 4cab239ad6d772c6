"""All addresses of the product."""

from django.urls import include, path

handler400 = "wayfolk.web.errors.bad_request"
handler403 = "wayfolk.web.errors.permission_denied"
handler404 = "wayfolk.web.errors.page_not_found"
handler429 = "wayfolk.web.errors.too_many_requests"
handler500 = "wayfolk.web.errors.server_error"

urlpatterns = [
    path("account/", include("wayfolk.web.account_urls")),
    path("api/", include("wayfolk.api.urls")),
    path("", include("wayfolk.web.urls")),
]
