"""Whose an email or phone is: the marks beside a customer's contacts, and who else uses one."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wayfolk.customers import queries, rules
from wayfolk.customers.models import ContactKind, ContactSet, Customer, Status
from wayfolk.customers.queries import sharing
from wayfolk.customers.queries.sharing import SharedPoint
from wayfolk.customers.rules.sharing import HOUSEHOLD, Sharing
from wayfolk.households.queries import may_see as household_may_see
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.forms import STATUS_TONES

_ICONS = {"household": "home-heart", "desk": "building", "relay": "arrows-exchange"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A contact point as it is shown. words: "" for the customer's own; url: who uses it.

    brief: the words for a narrow field. field: its name in the customer's form. reach: to write
    or call, "" for a fax.
    """

    field: str
    label: str
    value: str
    reach: str
    words: str
    brief: str
    icon: str
    url: str


@require_safe
@signed_in("customers.view")
def contacts(request: HttpRequest, number: int) -> HttpResponse:
    """Marks for the fields of the customer page, loaded after it; as a page, the list of them."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    marks = [_mark(each, customer) for each in sharing.list_points(customer, by=by)]
    is_fragment = htmx.wants_fragment(request)
    template = "customers/_marks.html" if is_fragment else "customers/contacts.html"
    return render(request, template, {"customer": customer, "marks": marks})


@require_safe
@signed_in("customers.view")
def users(request: HttpRequest, number: int, point_id: UUID) -> HttpResponse:
    """Who uses this email or phone."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    point = sharing.get_point(customer, point_id, by=by)
    found = sharing.sharing_of([point.normalised], by=by).get(point.normalised)
    rows = sharing.users_of(point, by=by)
    page = paging.page_of(
        rows,
        order="sort_key",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "customer": customer,
        "mark": _mark(SharedPoint(point, found), customer),
        "advice": _advice(found.kind if found else ""),
        "group_url": _group_url(found, by) if found else "",
        "rows": [(each, STATUS_TONES[Status(each.status)]) for each in page.rows],
        "count": paging.count_up_to(rows),
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
    }
    return render(request, "customers/contact_users.html", context)


def _mark(each: SharedPoint, customer: Customer) -> Mark:
    point, found = each.point, each.sharing
    label = str(ContactKind(point.kind).label)
    return Mark(
        field=rules.form_key(point.set, point.kind),
        label=label if point.set == ContactSet.PRIMARY else f"Secondary {label.lower()}",
        value=point.value,
        reach=_reach(point.kind, point.value, point.normalised),
        words=found.words if found else "",
        brief="" if not found else found.words if point.kind == ContactKind.EMAIL else found.brief,
        icon=_ICONS.get(found.kind, "users") if found else "",
        url=reverse("customers:contact_users", args=[customer.number, point.id]),
    )


def _reach(kind: str, value: str, normalised: str) -> str:
    if kind == ContactKind.EMAIL:
        return f"mailto:{quote(value, safe='@+')}"
    return "" if kind == ContactKind.FAX else f"tel:{normalised or value}"


def _advice(kind: str) -> str:
    """What it means for whoever wants to write or call."""
    return {
        "relay": "A booking site passes messages on, often only until the trip is over. Ask the"
        " guest for an address of their own.",
        "household": "Everybody in the household can be reached here, and reads along.",
        "desk": "Whoever is at the desk reads it. It identifies the company, not one person.",
        "many": "Several people use it. It does not tell who is meant.",
        "some": "Several people use it. It does not tell who is meant.",
        "role": "Whoever does this task reads it.",
    }.get(kind, "")


def _group_url(found: Sharing, by: Actor) -> str:
    """The page of the household or company behind it; "" for none, or where it is not open."""
    if found.number is None:
        return ""
    if found.kind == HOUSEHOLD:
        return reverse("households:detail", args=[found.number]) if household_may_see(by) else ""
    return reverse("customers:detail", args=[found.number])
