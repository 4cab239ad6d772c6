"""Creating, editing and ending a household."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.households import queries
from wayfolk.households.models import Household
from wayfolk.households.operations import keeping
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.web import htmx, record_picker, saving
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import dialogs, forms, presenters
from wayfolk.web.households.forms import DayForm, HouseholdForm


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def create(request: HttpRequest) -> HttpResponse:
    """A new household; `people` in the address: Customer Nos of those who belong to it."""
    by = actor_of(request)
    by.require("customers.view")
    source = request.POST if request.method == "POST" else request.GET
    people = forms.people_of(source.getlist("people"), by=by)
    if request.method == "GET":
        return _show(request, HouseholdForm(by=by, people=people))
    form = HouseholdForm(request.POST, by=by, people=people)
    if record_picker.is_searching(request.POST):
        return _show(request, form)
    if form.is_valid():
        try:
            outcome = keeping.create_household(
                form.data_of(set(form.fields)),
                by=by,
                members=form.placements(),
                on=form.cleaned_data["from_on"],
                leaving_others=form.cleaned_data["leaving"],
            )
        except InvalidValues as refused:
            forms.show_refusal(form, refused)
        except Refusal as refused:
            form.add_error(None, refused.message)
        else:
            presenters.announce(request, outcome, f"Created household {outcome.household}.")
            return htmx.redirect(request, presenters.page_url(outcome.household))
    return _show(request, form, status=422)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    if request.method == "GET":
        form = HouseholdForm(by=by, household=household)
        return _show(request, form, household=household, version=household.version)
    form = HouseholdForm(request.POST, by=by, household=household)

    def update(names: set[str], seen: int) -> Household:
        values = form.data_of(names)
        return keeping.update_household(household.id, values, by=by, version=seen).household

    def reload() -> tuple[Household, HouseholdForm]:
        present = queries.get_household(household.id, by=by)
        return present, HouseholdForm(by=by, household=present)

    version = saving.posted_version(request)
    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, household=household, status=outcome.status, **context)
    saving.tell_updated(request, f"Household {outcome.record}")
    return htmx.redirect(request, presenters.page_url(household))


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def end(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    form = DayForm(request.POST if request.method == "POST" else None, by=by)
    return dialogs.answer(
        request,
        household,
        form,
        dialogs.Words(
            title=f"End household {household}",
            submit="End household",
            done=f"Ended household {household}.",
            intro="Everybody leaves it on that day. Who lived there before stays on record,"
            " and you can undo this.",
            icon="archive",
            tone="danger",
        ),
        lambda: keeping.end_household(household.id, on=form.cleaned_data["on"], by=by),
    )


def _show(
    request: HttpRequest,
    form: HouseholdForm,
    *,
    status: int = 200,
    household: Household | None = None,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    context |= {
        "form": form,
        "household": household,
        "record": household,
        "noun": "household",
        "back_url": presenters.page_url(household) if household else reverse("households:list"),
    }
    return render(request, "households/form.html", context, status=status)
