"""Creating and editing an itinerary."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.audit.queries import find_last_change_set
from wayfolk.identity.matching.creating import PossibleDuplicate
from wayfolk.itineraries import queries, rules
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import planning
from wayfolk.itineraries.operations.outcomes import Outcome
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.itineraries import forms, picker, presenters
from wayfolk.web.itineraries.forms import ItineraryForm
from wayfolk.web.itineraries.picker import Picker


@dataclass
class Conflict:
    """Fields that two people changed: what `components/conflict.html` reads."""

    other_name: str
    other_at: datetime
    fields: list[dict[str, str]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@signed_in("itineraries.edit", module="itineraries")
def create(request: HttpRequest) -> HttpResponse:
    """A new itinerary with its customers (TP-03); nothing is stored before Save."""
    by = actor_of(request)
    url = reverse("itineraries:create")
    if request.method == "GET":
        return _create_page(request, ItineraryForm(by=by), picker.empty(url, by=by))
    pending = picker.of_request(request, url, by=by)
    pending.saver = SAVER
    if part := picker.part_of(request):
        return picker.show_part(request, pending, part)
    form = ItineraryForm(request.POST, by=by)
    if request.POST.get("do"):  # without JavaScript: the same page with the new list
        unchecked = ItineraryForm(by=by)
        unchecked.initial = {n: request.POST.get(n, "") for n in rules.FIELDS}
        return _create_page(request, unchecked, pending)
    return _create(request, form, pending, by)


@require_http_methods(["GET", "POST"])
@signed_in("itineraries.edit", module="itineraries")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Edit in a dialog, or on a page of its own."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    form = ItineraryForm(
        request.POST if request.method == "POST" else None, by=by, itinerary=itinerary
    )
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(form, itinerary, request, by=by)
        except InvalidValues as refused:
            form.show_errors(refused)
        else:
            if isinstance(saved, Outcome):
                presenters.announce(request, saved, f"Updated {itinerary.trip_id}.")
                return htmx.redirect(request, reverse("itineraries:detail", args=[number]))
            conflict = saved
    context = {
        "form": form,
        "itinerary": itinerary,
        "conflict": conflict,
        "dialog_title": f"Edit {itinerary.trip_id}",
    }
    status = 409 if conflict else 422 if request.method == "POST" else 200
    return render(request, "itineraries/edit.html", context, status=status)


def _create(request: HttpRequest, form: ItineraryForm, pending: Picker, by: Actor) -> HttpResponse:
    if pending.is_new_open:
        pending.message = NOT_ADDED
    elif form.is_valid():
        try:
            outcome = planning.create_itinerary(form.values(), by=by, customers=pending.choices())
        except InvalidValues as refused:
            form.show_errors(refused)
        except PossibleDuplicate as refused:
            pending.ask(refused)
        except Refusal as refused:
            pending.message = refused.message
        else:
            presenters.announce(request, outcome, f"Created {outcome.itinerary}.")
            return htmx.redirect(
                request, reverse("itineraries:detail", args=[outcome.itinerary.number])
            )
    return _create_page(request, form, pending, status=422)


SAVER = "#save-itinerary"
NOT_ADDED = (
    "A new customer is filled in but not on the list. Use “Add to the list”, or empty the fields."
)


def _create_page(
    request: HttpRequest, form: ItineraryForm, pending: Picker, *, status: int = 200
) -> HttpResponse:
    pending.saver = SAVER
    context = {"form": form, "picker": pending}
    return render(request, "itineraries/create.html", context, status=status)


def _save(
    form: ItineraryForm, itinerary: Itinerary, request: HttpRequest, *, by: Actor
) -> Outcome | Conflict:
    """Store what this person changed; ask where somebody else changed the same meanwhile.

    Fields that only the other one changed keep the other's value without asking.
    """
    base, now = form.loaded(), forms.texts(forms.values_of(itinerary))
    values = form.values()
    yours = forms.texts(values)
    changed = [name for name in values if yours[name] != base.get(name, now[name])]
    clashing = [n for n in changed if now[n] not in (base.get(n, now[n]), yours[n])]
    undecided = [name for name in clashing if f"keep-{name}" not in request.POST]
    if undecided:
        return _conflict(form, itinerary, clashing, yours)
    given_up = {n for n in clashing if request.POST[f"keep-{n}"] == "theirs"}
    wanted = {name: values[name] for name in changed if name not in given_up}
    return planning.update_itinerary(itinerary.id, wanted, by=by, version=itinerary.version)


def _conflict(
    form: ItineraryForm, itinerary: Itinerary, names: list[str], yours: dict[str, str]
) -> Conflict:
    last = find_last_change_set(itinerary.id)
    base, now = form.loaded(), forms.texts(forms.values_of(itinerary))
    return Conflict(
        last.author_name if last else "Somebody else",
        last.started_at if last else itinerary.updated_at,
        [
            {
                "name": name,
                "label": rules.LABELS[name].capitalize(),
                "original": _shown(form, name, base.get(name, "")),
                "yours": _shown(form, name, yours[name]),
                "theirs": _shown(form, name, now[name]),
            }
            for name in names
        ],
    )


def _shown(form: ItineraryForm, name: str, text: str) -> str:
    """A compared value as a person reads it: a label instead of an id, a space for the T."""
    choices = dict(getattr(form.fields[name], "choices", []))
    label = str(choices.get(text, text))
    return label.replace("T", " ") if name in rules.DATE_FIELDS else label
