"""The dialogs for moving in, moving out, and correcting what is known of a member."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from wayfolk.households import queries
from wayfolk.households.operations import moving
from wayfolk.households.operations.moving import Placement
from wayfolk.households.operations.outcomes import Outcome
from wayfolk.kit import clock
from wayfolk.kit.errors import NotFound
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import dialogs
from wayfolk.web.households.dialogs import Words
from wayfolk.web.households.forms import MemberForm, MoveInForm, MoveOutForm


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def move_in(request: HttpRequest, number: int) -> HttpResponse:
    """`customer` in the address: the Customer No of who is chosen beforehand."""
    by = actor_of(request)
    by.require("customers.view")
    household = queries.get_household_by_number(number, by=by)
    data = request.POST if request.method == "POST" else None
    form = MoveInForm(data, by=by, chosen=request.GET.get("customer", ""))

    def carry_out() -> Outcome:
        values = form.cleaned_data
        place = Placement(values["customer"].id, values["role"], values["to_on"])
        return moving.move_in(
            household.id, [place], on=values["from_on"], by=by, leaving_others=values["leaving"]
        )

    words = Words(
        title=f"Move in with {household}",
        submit="Move in",
        done=f"Somebody moved into {household}.",
        icon="user-plus",
    )
    return dialogs.answer(request, household, form, words, carry_out)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def move_out(request: HttpRequest, number: int) -> HttpResponse:
    """`customer` in the address: who is ticked beforehand."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    data = request.POST if request.method == "POST" else None
    form = MoveOutForm(
        data,
        members=queries.list_members(household.id, by=by, on=clock.today(by.time_zone)),
        by=by,
        chosen=request.GET.getlist("customer"),
    )

    def carry_out() -> Outcome:
        people = [customer.id for customer in form.leaving()]
        return moving.move_out(household.id, people, on=form.cleaned_data["on"], by=by)

    words = Words(
        title=f"Move out of {household}",
        submit="Move out",
        done=f"They moved out of {household}.",
        intro="Only those who are ticked leave; the others stay, and so does the past.",
        icon="logout",
    )
    return dialogs.answer(request, household, form, words, carry_out)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def correct(request: HttpRequest, number: int, member_id: UUID) -> HttpResponse:
    """Role, days, and what the member has of their own (KP-20)."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    members = queries.list_members(household.id, by=by)
    shown = next((s for s in members if s.member.id == member_id), None)
    if shown is None:
        raise NotFound("There is no such membership. It may have been taken back meanwhile.")
    form = MemberForm(request.POST if request.method == "POST" else None, shown=shown)
    name = shown.customer.name
    words = Words(
        title=f"{name} in {household}",
        submit="Update",
        done=f"{name} was updated.",
        icon="edit",
    )
    return dialogs.answer(
        request,
        household,
        form,
        words,
        lambda: moving.correct_member(
            member_id, form.values(), by=by, version=form.cleaned_data["version"]
        ),
    )
