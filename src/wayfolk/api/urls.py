"""Addresses of the API."""

from django.urls import URLPattern, include, path, re_path

from wayfolk.api import frame, service

api = service.build()
_patterns, _, _ = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = frame.outermost(_pattern.callback)

urlpatterns = [
    path("v1/", include((_patterns, "api"), namespace="api")),
    re_path(r"^", frame.no_such_address),
]
