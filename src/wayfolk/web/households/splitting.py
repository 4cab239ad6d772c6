"""The dialogs that make two households of one, and one of several."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from wayfolk.households import queries
from wayfolk.households.operations import merging, splitting
from wayfolk.households.operations.outcomes import Outcome
from wayfolk.households.operations.splitting import Split
from wayfolk.kit import clock
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import dialogs
from wayfolk.web.households.dialogs import Words
from wayfolk.web.households.forms import MergeForm, SplitForm


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def split(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    form = SplitForm(
        request.POST if request.method == "POST" else None,
        members=queries.list_members(household.id, by=by, on=clock.today(by.time_zone)),
        by=by,
    )

    def carry_out() -> Outcome:
        values = form.cleaned_data
        into = values["into"]
        chosen = Split(
            leaving=frozenset(customer.id for customer in form.leaving()),
            into=into.id if into else None,
            new={"name": values["name"]} if values["name"] else {},
            takes_address=values["takes_address"],
        )
        return splitting.split_household(household.id, chosen, on=values["on"], by=by)

    words = Words(
        title=f"Split {household}",
        submit="Split",
        done=f"Split {household}.",
        intro="Those who are ticked go together; the others stay, and so do connected people."
        " Who lived where before that day does not change.",
        icon="arrows-exchange",
    )
    return dialogs.answer(request, household, form, words, carry_out)


@require_http_methods(["GET", "POST"])
@signed_in("households.edit", module="households")
def merge(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    form = MergeForm(request.POST if request.method == "POST" else None, by=by)
    words = Words(
        title=f"Merge into {household}",
        submit="Merge",
        done=f"Merged into {household}.",
        intro="Everybody of the others lives here from that day on. The others end, and keep"
        " their history.",
        icon="git-merge",
    )
    return dialogs.answer(
        request,
        household,
        form,
        words,
        lambda: merging.merge_households(
            household.id,
            [other.id for other in form.merged()],
            on=form.cleaned_data["on"],
            by=by,
        ),
    )
