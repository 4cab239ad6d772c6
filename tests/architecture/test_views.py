"""Default deny: every address says whom it lets in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# Pages of ours that anybody may open, each with its reason.
PUBLIC_VIEWS: dict[str, str] = {
    "wayfolk.web.account_urls.closed": "answers 404 in place of a library's page",
}
# Pages of libraries: sign-in, sign-out, password, second factor, sessions. They guard themselves.
LIBRARY_MODULES = ("allauth.", "django.views.generic.base.RedirectView")


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def _name(view: Callable[..., Any]) -> str:
    owner = getattr(view, "view_class", view)
    return f"{owner.__module__}.{owner.__qualname__}"


def _own_views() -> list[tuple[str, Callable[..., Any]]]:
    return [
        (route, view)
        for route, view in _views(get_resolver())
        if not _name(view).startswith(LIBRARY_MODULES) and not route.startswith("api/")
    ]


def test_every_page_is_guarded() -> None:
    open_views = {
        _name(view): route for route, view in _own_views() if not getattr(view, "is_guarded", False)
    }
    assert open_views.keys() <= PUBLIC_VIEWS.keys(), open_views


def test_the_list_of_public_pages_has_no_leftovers() -> None:
    assert PUBLIC_VIEWS.keys() <= {_name(view) for _, view in _own_views()}


def test_every_api_operation_asks_for_a_token() -> None:
    from wayfolk.api import urls

    api = getattr(urls, "api", None)
    if api is None:
        pytest.fail("wayfolk.api.urls has no `api`: this test must know where it is")
    tokenless = [
        f"{'/'.join(operation.methods)} {prefix}{path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if not operation.auth_callbacks
    ]
    assert tokenless == []
