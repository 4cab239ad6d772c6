"""The page that shows what a merge would do, field by field, and then does it (TQ-40, KP-34)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.identity.merging import executing, finding, planning
from wayfolk.identity.merging.executing import PlanChanged, Refused
from wayfolk.identity.merging.rules import Plan
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.merges import presenters
from wayfolk.web.merges.presenters import CHOICE

CHANGED = "Nothing was merged: one of the records changed meanwhile. This is how they are now."


@require_http_methods(["GET", "POST"])
@signed_in("customers.merge")
def new(request: HttpRequest) -> HttpResponse:
    """`main` and `with` (repeated) are Customer Nos; a POST merges with the choices made."""
    by = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    plan, choices = _plan(sent, by)
    if request.method == "GET":
        return _show(request, plan, by)
    confirmed = set(sent.getlist("confirmed"))
    try:
        executing.merge_customers(
            plan.survivor.id,
            [party.id for party in plan.absorbed],
            fingerprint=sent.get("fingerprint", ""),
            by=by,
            choices=choices,
            confirmed=confirmed,
        )
    except PlanChanged:
        return _show(request, plan, by, notice=CHANGED)
    except Refused:
        return _show(request, plan, by, confirmed=confirmed, is_refused=True)
    count = len(plan.absorbed)
    words = f"Merged {count} record{'' if count == 1 else 's'} into this one."
    toasts.add(request, words, undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("customers:detail", args=[plan.survivor.number]))


def _plan(sent: QueryDict, by: Actor) -> tuple[Plan, dict[str, UUID]]:
    """The plan with the choices that still mean something, and these."""
    main, others = _numbers(sent)
    ids = finding.ids_of([main, *others], by=by)
    absorbed = [ids[number] for number in others]
    plan = planning.plan_merge(ids[main], absorbed, by=by)
    parties = {party.number: party.id for party in (plan.survivor, *plan.absorbed)}
    choices: dict[str, UUID] = {}
    for field in plan.fields:
        chosen = sent.get(f"{CHOICE}{field.code}", "")
        number = int(chosen) if chosen.isascii() and chosen.isdigit() else None
        who = parties.get(number) if number is not None else None
        if who and who != field.chosen and field.may_choose and field.is_shown:
            choices[field.code] = who
    if choices:
        plan = planning.plan_merge(ids[main], absorbed, by=by, choices=choices)
    return plan, choices


def _numbers(sent: QueryDict) -> tuple[int, list[int]]:
    """Raises InvalidValue for an address that somebody mistyped."""
    given = [sent.get("main", ""), *sent.getlist("with")]
    numbers = [int(n) for n in given if n.isascii() and n.isdigit() and len(n) < 16]
    if len(numbers) != len(given) or len(numbers) < 2:
        raise InvalidValue(
            "Choose the records to merge: “Merge with…” on a customer's page, or tick them in the"
            " list."
        )
    return numbers[0], list(dict.fromkeys(numbers[1:]))


def _show(
    request: HttpRequest,
    plan: Plan,
    by: Actor,
    *,
    notice: str = "",
    confirmed: set[str] | None = None,
    is_refused: bool = False,
) -> HttpResponse:
    context = {
        "plan": presenters.shown(plan, confirmed=confirmed or set(), by=by),
        "notice": notice,
        "is_refused": is_refused,
        "cancel_url": reverse("customers:detail", args=[plan.survivor.number]),
    }
    status = 409 if notice else 422 if is_refused else 200
    return render(request, "merges/new.html", context, status=status)
