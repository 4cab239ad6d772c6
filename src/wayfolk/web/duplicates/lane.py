"""The lane of possible duplicates: one group after the other, by keys alone (TQ-36 to TQ-40)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wayfolk.customers import queries
from wayfolk.customers.models import Customer
from wayfolk.identity.matching import catching_up, finding, pairs, queue
from wayfolk.identity.merging import executing, planning
from wayfolk.identity.merging.rules import Guard
from wayfolk.kit import paging
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.duplicates import everybody, presenters
from wayfolk.web.merges import choosing

_PAGE, _PART = "duplicates/lane.html", "duplicates/_lane.html"


@dataclass(frozen=True, slots=True)
class Tab:
    """As components/tabs.html reads it."""

    label: str
    url: str
    is_current: bool
    count: str


@require_safe
@signed_in("customers.merge")
def lane(request: HttpRequest) -> HttpResponse:
    """The next group of the tab `reason`."""
    by = actor_of(request)
    context = _context(request.GET.get("reason", ""), by)
    return render(request, _PAGE, context | {"search": everybody.latest(by)})


@require_safe
@signed_in("customers.merge")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """Whom one customer may be, in the same form (KP-33)."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    return render(request, _PAGE, _context("", by, customer))


@require_POST
@signed_in("customers.merge")
def search(request: HttpRequest, number: int) -> HttpResponse:
    """Compare one customer with everybody, then show whom it may be."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    if not finding.find_for(customer.id, by=by):
        toasts.add(request, f"Nobody else seems to be {customer.name}.", level="info")
        return htmx.redirect(request, reverse("customers:detail", args=[number]))
    return htmx.redirect(request, reverse("duplicates:of_customer", args=[number]))


@require_POST
@signed_in("customers.merge")
def decide(request: HttpRequest) -> HttpResponse:
    """`do`: merge, not_same, later or compare, for those in `include`; `main` survives a merge.

    Answers with the next group. Whoever was decided about meanwhile is said so, and left alone.
    """
    by = actor_of(request)
    sent = request.POST
    chosen = _included(sent, by)
    if sent.get("do") == "merge":
        return _merge(request, chosen, by)
    if sent.get("do") == "compare":
        main = _main_of(sent, chosen)
        others = [customer.number for customer in chosen if customer.id != main.id]
        return htmx.redirect(request, choosing.plan_url(main.number, others))
    judge = pairs.postpone_pairs if sent.get("do") == "later" else pairs.reject_pairs
    judge([customer.id for customer in chosen], by=by)
    names = ", ".join(presenters.named(customer, by) for customer in chosen)
    words = "Later" if sent.get("do") == "later" else "Not the same"
    toasts.add(request, f"{words}: {names}.", undo_url=toasts.undo_url())
    return _next(request, sent, by)


def _merge(request: HttpRequest, chosen: list[Customer], by: Actor) -> HttpResponse:
    """At once where nothing has to be confirmed; else the group again with what speaks against it.

    Each value of the main record stays, and its gaps are filled: nothing is decided that the
    records on the screen do not show. One that changed since is shown again first.
    """
    sent = request.POST
    main = _main_of(sent, chosen)
    others = [customer for customer in chosen if customer.id != main.id]
    plan = planning.plan_merge(main.id, [each.id for each in others], by=by)
    confirmed = set(sent.getlist("confirmed"))
    open_guards = [g for g in plan.guards if g.is_blocking or g.code not in confirmed]
    if open_guards or not all(_is_as_seen(customer, sent) for customer in chosen):
        return _again(request, main, open_guards, by)
    executing.merge_customers(
        main.id,
        [each.id for each in others],
        fingerprint=plan.fingerprint,
        by=by,
        confirmed=confirmed,
    )
    names = ", ".join(presenters.named(customer, by) for customer in others)
    words = f"Merged {names} into {presenters.named(main, by)}."
    toasts.add(request, words, undo_url=toasts.undo_url())
    return _next(request, sent, by)


def _again(
    request: HttpRequest, main: Customer, guards: Sequence[Guard], by: Actor
) -> HttpResponse:
    """The same group with what has to be confirmed, or with the news that a record changed."""
    if not guards:
        toasts.add(
            request,
            "Nothing was merged: a record changed since it was shown. Look at it again.",
            level="warning",
        )
    context = _context_of(request.POST, by)
    context["guards"] = guards
    context["main"] = main.number
    template = _PART if htmx.wants_fragment(request) else _PAGE
    return render(request, template, context, status=422)


def _is_as_seen(customer: Customer, sent: QueryDict) -> bool:
    """Whether the record is as the form showed it; one that changed since is looked at again."""
    return f"{customer.number}.{customer.version}" in sent.getlist("seen")


def _next(request: HttpRequest, sent: QueryDict, by: Actor) -> HttpResponse:
    context = _context_of(sent, by)
    if htmx.wants_fragment(request):
        return render(request, _PART, context)
    return htmx.redirect(request, context["lane_url"])


def _context_of(sent: QueryDict, by: Actor) -> dict[str, Any]:
    """Of the lane, or of the customer, that the form was shown in."""
    of = sent.get("of", "")
    customer = queries.get_customer_by_number(int(of), by=by) if of.isdecimal() else None
    return _context(sent.get("reason", ""), by, customer)


def _included(sent: QueryDict, by: Actor) -> list[Customer]:
    numbers = [int(each) for each in sent.getlist("include") if each.isdecimal()]
    chosen = list(queries.list_customers(by=by).filter(number__in=numbers[: queue.GROUP_MAX]))
    if len(chosen) < 2:
        raise InvalidValues({"include": "Tick at least two records to decide about."})
    return sorted(chosen, key=lambda customer: numbers.index(customer.number))


def _main_of(sent: QueryDict, chosen: list[Customer]) -> Customer:
    main = sent.get("main", "")
    return next((each for each in chosen if str(each.number) == main), chosen[0])


def _context(reason: str, by: Actor, customer: Customer | None = None) -> dict[str, Any]:
    reason = reason if reason in queue.REASONS else ""
    group = queue.group_of(customer.id, by=by) if customer else queue.next_group(reason, by=by)
    following = None
    if group and not customer:
        following = queue.next_group(reason, by=by, beside=[each.id for each in group.customers])
    base = reverse("duplicates:lane")
    here = reverse("duplicates:of_customer", args=[customer.number]) if customer else base
    return {
        "group": presenters.shown(group, by=by) if group else None,
        "following": presenters.shown(following, by=by) if following else None,
        "reason": reason,
        "of": customer,
        "tabs": [] if customer else _tabs(reason, base, by),
        "still_compared": _still_compared(by),
        "lane_url": f"{here}?reason={reason}" if reason else here,
    }


def _still_compared(by: Actor) -> str:
    """Of whom duplicates may be missing; "" if of nobody."""
    count = catching_up.waiting(by=by)
    if not count:
        return ""
    if count == 1:
        return "1 customer is still being compared."
    least = "At least " if count >= catching_up.WAITING_MOST else ""
    return f"{least}{count:,} customers are still being compared."


def _tabs(reason: str, base: str, by: Actor) -> list[Tab]:
    return [
        Tab(
            label=queue.REASONS[code],
            url=f"{base}?reason={code}" if code else base,
            is_current=code == reason,
            count=f"{count:,}" + ("+" if count >= paging.COUNT_CAP else ""),
        )
        for code, count in queue.remaining(by=by).items()
    ]
