"""A customer's own bookings: on the customer page, and as a page (TQ-13 to TQ-18).

Its state is in the address of the page that loads them: bookings/of-customer/<number>/.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat
from django.http import QueryDict
from django.urls import reverse

from wayfolk.bookings import narrowing, queries
from wayfolk.bookings.models import BookingQuerySet
from wayfolk.customers.models import Customer, Kind
from wayfolk.kit import paging
from wayfolk.staff import saved_filters
from wayfolk.staff.rules import Actor
from wayfolk.web import lists
from wayfolk.web.bookings import filtering, presenters
from wayfolk.web.bookings.filtering import PERIODS, NarrowingForm
from wayfolk.web.bookings.presenters import BookingRow

PAGE = 25
PERIOD, PANEL, SORT = "bookings", "panel", "sort"
CURSORS = ("bookings_after", "bookings_before")
LIST = "customer-bookings"  # under which filters are kept
OLD = "old"  # a part of the page of its own: what is over


@dataclass(frozen=True, slots=True)
class PeriodLink:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """What the rows can be sorted by; `url` does so, `order` as in aria-sort."""

    label: str
    url: str
    order: str = ""


@dataclass(frozen=True, slots=True)
class HeadingCell:
    """A column of the table: what stands on its lines, one below the other."""

    lines: Sequence[Heading]
    css_class: str = ""

    @property
    def order(self) -> str:
        return next((line.order for line in self.lines if line.order), "")


@dataclass(frozen=True, slots=True)
class CustomerBookings:
    """A page of a customer's bookings.

    `shown_count`: how many the filters leave, in words; "" while nothing narrows. `form` is
    None until somebody wants to choose. `element`: the id of the part that htmx replaces.
    """

    element: str
    rows: Sequence[BookingRow]
    headings: Sequence[HeadingCell]
    periods: Sequence[PeriodLink]
    chips: Sequence[lists.Chip]
    form: NarrowingForm | None
    faults: Sequence[str]
    hidden: Sequence[tuple[str, str]]
    panel_url: str
    clear_url: str
    base_url: str
    previous_url: str
    next_url: str
    total_count: int
    shown_count: str
    sees_phone: bool
    is_old: bool
    saved: Sequence[lists.Chip]
    save_url: str
    save_query: str
    travels_url: str
    create_url: str
    alike_url: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a column that the rows can be sorted by; `key`: in the address."""

    label: str
    key: str
    is_latest_first: bool = False


# The lines of each column (TQ-13), and its class.
_COLUMNS: Sequence[tuple[Sequence[_Line], str]] = (
    ((_Line("BKG. No", "number"), _Line("Status", "status")), ""),
    ((_Line("Product name", "product"), _Line("Transport", "transport")), ""),
    ((_Line("Resort / Hotel", "place"),), "wf-col-1"),
    (
        (
            _Line("Booking date", "booked", is_latest_first=True),
            _Line("Dept. date", "departs", is_latest_first=True),
        ),
        "",
    ),
    ((_Line("User", "user"), _Line("Phone", "phone")), "wf-col-1"),
    ((_Line("Pass. No", "pax"),), "wf-col-1 wf-number-cell"),
)
# Column of the address -> what the rows are ordered by: a column, or an annotation.
_ORDERS: dict[str, Any] = {
    "number": "number",
    "product": "folded_product",
    "transport": "transport",
    "booked": "booked_on",
    "phone": "contact_phone",
    "status": "status",
    "place": Concat("resort", Value(" "), "hotel"),
    "user": Coalesce("assignee__name", Value("")),
    "pax": F("adults") + F("children"),
}
DEFAULT_ORDER = "-booked"


def for_customer(
    query: QueryDict, customer: Customer, *, by: Actor, is_old: bool = False
) -> CustomerBookings:
    """What bookings/for_customer.html reads; everything is told by the query string."""
    is_old = is_old or query.get("part") == OLD
    base = reverse("bookings:of_customer", args=[customer.number]) + (
        f"?part={OLD}" if is_old else "?"
    )
    form = NarrowingForm(query)
    form.is_valid()
    period = query.get(PERIOD, "") if query.get(PERIOD, "") in PERIODS else ""
    everything = (
        narrowing.list_old(customer.id, by=by)
        if is_old
        else queries.list_for_customer(customer.id, by=by)
    )
    rows = narrowing.narrow(everything, form.narrowing(period), by=by)
    order = query.get(SORT, "")
    order = order if _is_order(order, by) else DEFAULT_ORDER
    page = _page_of(rows.in_lines(), order, query)
    chips = _chips(base, query, form, period)
    is_part = bool(chips or page.next_cursor or page.previous_cursor)
    total = _total(everything, customer, is_old, by) if is_part else len(page.rows)
    if query.get(PANEL):
        filtering.offer_to(form, by=by, customer_id=customer.id)
    return CustomerBookings(
        element="customer-old-bookings" if is_old else "customer-bookings",
        rows=[presenters.row_of(booking, by) for booking in page.rows],
        headings=_headings(base, query, order, by),
        periods=_periods(base, query, period) if not is_old else [],
        chips=chips,
        form=form if query.get(PANEL) else None,
        faults=[f"{form[name].label}: {' '.join(map(str, e))}" for name, e in form.errors.items()],
        hidden=_hidden(query, is_old),
        panel_url=_address(base, query, {PANEL: "" if query.get(PANEL) else "1"}),
        clear_url=_address(base, query, dict.fromkeys((*form.fields, PERIOD), "")),
        base_url=base.partition("?")[0],
        previous_url=_address(base, query, {CURSORS[1]: page.previous_cursor})
        if page.previous_cursor
        else "",
        next_url=_address(base, query, {CURSORS[0]: page.next_cursor}) if page.next_cursor else "",
        total_count=total,
        shown_count=_counted(rows) if chips else "",
        sees_phone=_sees_phone(by),
        is_old=is_old,
        saved=_saved(base, by) if query.get(PANEL) else [],
        save_url=reverse("bookings:filters_of_customer", args=[customer.number]),
        save_query=filters_in(query).urlencode() if chips else "",
        travels_url=reverse("bookings:of_traveller", args=[customer.number])
        if customer.kind == Kind.PERSON and not is_old
        else "",
        create_url=f"{reverse('bookings:create')}?{urlencode({'customer': customer.number})}"
        if by.may("bookings.edit") and not is_old
        else "",
        alike_url=f"{reverse('customers:list')}?{urlencode({'q': customer.name})}"
        if by.may("customers.view")
        else "",
    )


def _page_of(rows: BookingQuerySet, order: str, query: QueryDict) -> paging.Page[Any]:
    """A page in the order of a column; what lacks the value comes last."""
    key, is_descending = order.removeprefix("-"), order.startswith("-")
    if key == "departs":
        missing = date.min if is_descending else date.max
        by_column: Any = Coalesce("departs_on", Value(missing))
    else:
        by_column = _ORDERS[key]
    if not isinstance(by_column, str):
        rows, by_column = rows.annotate(sorted_by=by_column), "sorted_by"
    return paging.page_of(
        rows,
        order=f"-{by_column}" if is_descending else by_column,
        after=query.get(CURSORS[0], ""),
        before=query.get(CURSORS[1], ""),
        size=PAGE,
    )


def _is_order(order: str, by: Actor) -> bool:
    key = order.removeprefix("-")
    return key in {line.key for lines, _ in _columns(by) for line in lines}


def _columns(by: Actor) -> list[tuple[list[_Line], str]]:
    """The columns as this reader gets them."""
    return [
        ([_told(line, by) for line in lines if line.key != "phone" or _sees_phone(by)], css_class)
        for lines, css_class in _COLUMNS
    ]


def _sees_phone(by: Actor) -> bool:
    return by.may_see("customer.phone")


def _told(line: _Line, by: Actor) -> _Line:
    """The marks stand in the cell of the passengers, see presenters.marks_of."""
    if line.key != "pax" or not presenters.sees_marks(by):
        return line
    return replace(line, label=f"{line.label} / CHM / RHM")


def _headings(base: str, query: QueryDict, order: str, by: Actor) -> list[HeadingCell]:
    return [
        HeadingCell([_heading(base, query, order, line) for line in lines], css_class)
        for lines, css_class in _columns(by)
    ]


def _heading(base: str, query: QueryDict, order: str, line: _Line) -> Heading:
    ways = (line.key, f"-{line.key}")
    first, second = reversed(ways) if line.is_latest_first else ways
    url = _address(base, query, {SORT: second if order == first else first})
    words = {ways[0]: "ascending", ways[1]: "descending"}.get(order, "")
    return Heading(line.label, url, words)


def _periods(base: str, query: QueryDict, period: str) -> list[PeriodLink]:
    return [
        PeriodLink(label, _address(base, query, {PERIOD: code}), code == period)
        for code, label in PERIODS.items()
    ]


def _chips(base: str, query: QueryDict, form: NarrowingForm, period: str) -> list[lists.Chip]:
    """The filters in use, each with the address without it."""
    found = lists.chips_of(query, form, form.cleaned_data)
    names = [name for name in form.fields if form.cleaned_data.get(name)]
    chips = [
        lists.Chip(chip.label, chip.value, _address(base, query, {name: ""}))
        for chip, name in zip(found, names, strict=True)
    ]
    if period:
        chips.insert(
            0, lists.Chip("Departures", PERIODS[period], _address(base, query, {PERIOD: ""}))
        )
    return chips


def filters_in(query: QueryDict) -> QueryDict:
    """What of a query string narrows, without the place on the page."""
    kept = QueryDict(mutable=True)
    for name in (*NarrowingForm.base_fields, PERIOD, "part"):
        value = query.get(name)
        if value:
            kept[name] = str(value)
    return kept


def _saved(base: str, by: Actor) -> list[lists.Chip]:
    """The member's own filters, which hold for every customer; `value`: what they are called."""
    start = base.partition("?")[0]
    rows = saved_filters.list_filters(LIST, by=by)
    return [lists.Chip("", row.name, f"{start}?{row.query}&{PANEL}=1") for row in rows]


def _hidden(query: QueryDict, is_old: bool) -> list[tuple[str, str]]:
    """What a plain form sends along: the period, the order, that the panel stays open."""
    kept = [(name, query.get(name, "")) for name in (PERIOD, SORT)]
    kept += [(PANEL, "1"), ("part", OLD if is_old else "")]
    return [(name, value) for name, value in kept if value]


def _address(base: str, query: QueryDict, changed: dict[str, str]) -> str:
    """The address with these parts changed, on the first page unless they name another."""
    known = (*NarrowingForm.base_fields, PERIOD, SORT, PANEL)
    values = {name: query.get(name, "") for name in known} | changed
    said = urlencode({name: value for name, value in values.items() if value})
    joint = "" if base.endswith("?") or not said else "&"
    return f"{base}{joint}{said}"


def _total(everything: BookingQuerySet, customer: Customer, is_old: bool, by: Actor) -> int:
    """All bookings of the customer as the database keeps their number; of the old ones counted."""
    if is_old:
        return paging.count_up_to(everything)
    return queries.customer_totals(customer.id, by=by).count


def _counted(rows: BookingQuerySet) -> str:
    count = paging.count_up_to(rows)
    return f"{count:,}" + ("+" if count >= paging.COUNT_CAP else "")
