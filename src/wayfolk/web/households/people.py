"""The dialogs for guardians, and for people who matter without living there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from wayfolk.households import queries
from wayfolk.households.operations import connecting, guarding
from wayfolk.households.operations.outcomes import Outcome
from wayfolk.kit import clock
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import dialogs
from wayfolk.web.households.dialogs import Words
from wayfolk.web.households.forms import ConnectionForm, DayForm, GuardianForm


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def add_guardian(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    household = queries.get_household_by_number(number, by=by)
    form = GuardianForm(
        request.POST if request.method == "POST" else None,
        members=queries.list_members(household.id, by=by, on=clock.today(by.time_zone)),
        by=by,
    )

    def carry_out() -> object:
        values = form.cleaned_data
        return guarding.add_guardian(
            form.children[values["child"]].id,
            values["guardian"].id,
            from_on=values["from_on"],
            to_on=values["to_on"],
            by=by,
        )

    words = Words(
        title="Add a guardian",
        submit="Add guardian",
        done="Added a guardian.",
        intro="Somebody who answers for a minor, whether they live here or not.",
        icon="shield-check",
    )
    return dialogs.answer(request, household, form, words, carry_out)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def end_guardian(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    form = DayForm(request.POST if request.method == "POST" else None, by=by)
    words = Words(
        title="End guardianship",
        submit="End",
        done="The guardianship has an end.",
        intro="From that day on this person no longer answers for the child.",
    )
    return dialogs.answer(
        request,
        household,
        form,
        words,
        lambda: guarding.end_guardian(row_id, on=form.cleaned_data["on"], by=by),
    )


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def connect(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    household = queries.get_household_by_number(number, by=by)
    form = ConnectionForm(request.POST if request.method == "POST" else None, by=by)

    def carry_out() -> Outcome:
        values = form.cleaned_data
        return connecting.connect_person(
            household.id,
            values["customer"].id,
            kind=values["kind"],
            from_on=values["from_on"],
            note=values["note"],
            by=by,
        )

    words = Words(
        title=f"Connect somebody with {household}",
        submit="Connect",
        done=f"Connected somebody with {household}.",
        intro="For somebody who matters to the household without living in it.",
        icon="link",
    )
    return dialogs.answer(request, household, form, words, carry_out)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def end_connection(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    form = DayForm(request.POST if request.method == "POST" else None, by=by)
    words = Words(
        title="End connection",
        submit="End",
        done="The connection has an end.",
        intro="From that day on this person is no longer connected with the household.",
    )
    return dialogs.answer(
        request,
        household,
        form,
        words,
        lambda: connecting.end_connection(row_id, on=form.cleaned_data["on"], by=by),
    )
