"""Default deny: every address says whom it lets in."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

# Pages of ours that anybody may open, each with its reason.
PUBLIC_VIEWS: dict[str, str] = {
    "wayfolk.web.account_urls.closed": "answers 404 in place of a library's page",
    "wayfolk.web.communications.unsubscribing.unsubscribe": "for customers, by a signed link",
}
# Pages for whoever has a link that was sent to them: `web.guests.by_link` looks at the link, runs
# them in its organisation's scope and slows guessing down. Each with what the link is for.
GUEST_VIEWS: dict[str, str] = {
    "wayfolk.web.bookings.choosing_pickup.choose": "a guest chooses a pickup point of the route",
    "wayfolk.web.service.answering.answer": "a guest answers a questionnaire, once",
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
    assert open_views.keys() <= PUBLIC_VIEWS.keys() | GUEST_VIEWS.keys(), open_views


def test_the_list_of_public_pages_has_no_leftovers() -> None:
    assert PUBLIC_VIEWS.keys() <= {_name(view) for _, view in _own_views()}


def test_pages_for_guests_are_guarded_by_their_link_and_are_no_others() -> None:
    for_guests = {_name(view) for _, view in _own_views() if getattr(view, "is_for_guests", False)}
    assert for_guests == set(GUEST_VIEWS)


def test_every_api_operation_asks_for_a_token() -> None:
    views = [(route, view) for route, view in _views(get_resolver()) if route.startswith("api/v")]
    assert views
    tokenless = [
        f"{'/'.join(operation.methods)} {route}"
        for route, view in views
        if (path_view := _path_view(view)) is not None
        for operation in path_view.operations
        if not operation.auth_callbacks
    ]
    assert tokenless == []


def _path_view(view: Callable[..., Any]) -> PathView | None:
    """The operations behind an address of the API; None for its description and fallbacks."""
    while view is not None:
        for held in (getattr(view, "__self__", None), *_enclosed(view)):
            if isinstance(held, PathView):
                return held
        view = getattr(view, "__wrapped__", None)
    return None


def _enclosed(view: Callable[..., Any]) -> list[Any]:
    return [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
