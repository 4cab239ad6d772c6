"""Looking through all customers, asked for and watched beside the lane."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wayfolk.identity.matching import searching
from wayfolk.identity.models import DuplicateSearch, SearchState
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in


@dataclass(frozen=True, slots=True)
class SearchShown:
    """The last look through everybody. words: what came of it, or what it does now."""

    words: str
    is_under_way: bool = False
    is_failed: bool = False


@require_POST
@signed_in("customers.merge")
def start(request: HttpRequest) -> HttpResponse:
    """One at a time: a second press shows the one under way."""
    searching.ask_for(by=actor_of(request))
    return htmx.redirect(request, reverse("duplicates:lane"))


@require_safe
@signed_in("customers.merge")
def progress(request: HttpRequest) -> HttpResponse:
    """What it does now; the whole page once it has ended."""
    shown = latest(actor_of(request))
    if not htmx.wants_fragment(request) or shown is None or not shown.is_under_way:
        return htmx.redirect(request, reverse("duplicates:lane"))
    return render(request, "duplicates/_search.html", {"search": shown})


def latest(by: Actor) -> SearchShown | None:
    found = searching.latest(by=by)
    return None if found is None else _shown(found)


def _shown(search: DuplicateSearch) -> SearchShown:
    if search.is_under_way:
        return SearchShown(f"{search.phase or 'Looking through all customers'} …", True)
    ended = timezone.localtime(search.finished_at)
    when = f"{ended:%-d %b %Y, %H:%M}"
    if search.state == SearchState.FAILED:
        return SearchShown(
            f"Looking through all customers failed, {when}. {search.failure}", is_failed=True
        )
    waiting = f"{search.pairs:,} pair{' waits' if search.pairs == 1 else 's wait'}"
    fresh = f"{search.fresh:,} new" if search.fresh else "none of them new"
    found = f"{waiting}, {fresh}" if search.pairs else "nobody is there twice"
    return SearchShown(f"Looked through {search.customers:,} customers, {when}: {found}.")
