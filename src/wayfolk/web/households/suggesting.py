"""The lane of suggested households: never automatic, and dismissed for good with one click."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wayfolk.customers import queries
from wayfolk.households import suggestions
from wayfolk.households.operations import suggesting
from wayfolk.households.suggestions import Suggestion
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import forms, presenters

_OF_ONE = "households/_suggestions_of_one.html"
_OF_ONE_PAGE = "households/suggestions_of_one.html"


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """`accept_url` opens the page that makes or joins the household; nothing is stored before.

    `numbers`: Customer Nos of everybody in it, for dismissing.
    """

    suggestion: Suggestion
    names: str
    numbers: list[int]
    accept_url: str
    home_url: str


@require_safe
@signed_in("households.view", module="households")
def suggestion_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    looked = suggestions.look(by=by, after=request.GET.get("after", ""))
    context = {
        "shown": show(looked.suggestions),
        "count": looked.count,
        "next_url": f"?after={looked.next_cursor}" if looked.next_cursor else "",
        "may_edit": by.may("households.edit"),
    }
    return render(request, "households/suggestions.html", context)


@require_safe
@signed_in("households.view", module="households")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """What is suggested for one person: a part of their page, loaded when it comes into sight."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    found = show(suggestions.suggest([customer.id], by=by))
    context = {"suggestions": found, "customer": customer, "may_edit": by.may("households.edit")}
    is_part = htmx.wants_fragment(request)
    return render(request, _OF_ONE if is_part else _OF_ONE_PAGE, context)


@require_POST
@signed_in("households.edit", module="households")
def dismiss(request: HttpRequest) -> HttpResponse:
    """`people`: Customer Nos of those who are no household."""
    by = actor_of(request)
    people = forms.people_of(request.POST.getlist("people"), by=by)
    suggesting.dismiss_suggestion([customer.id for customer in people], by=by)
    toasts.add(request, "They will not be suggested together again.", undo_url=toasts.undo_url())
    back = htmx.local_url(
        request, request.headers.get("Referer"), fallback=reverse("households:suggestions")
    )
    return htmx.redirect(request, back)


def show(found: list[Suggestion]) -> list[SuggestionShown]:
    return [_shown(suggestion) for suggestion in found]


def _shown(suggestion: Suggestion) -> SuggestionShown:
    numbers = [customer.number for customer in suggestion.people]
    home = suggestion.household
    if home is None:
        query = urlencode({"people": numbers}, doseq=True)
        accept_url = f"{reverse('households:create')}?{query}"
    else:
        query = urlencode({"customer": numbers[0]})
        accept_url = f"{reverse('households:move_in', args=[home.number])}?{query}"
    return SuggestionShown(
        suggestion=suggestion,
        names=", ".join(customer.name for customer in suggestion.people),
        numbers=[*numbers, *(customer.number for customer in suggestion.neighbours)],
        accept_url=accept_url,
        home_url=presenters.page_url(home) if home else "",
    )
