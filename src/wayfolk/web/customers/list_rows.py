"""A customer as a line of the list: one cell for each column that the reader chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wayfolk.customers.models import Customer, Status
from wayfolk.households.models import Household
from wayfolk.kit.money import Money, format_money
from wayfolk.segments.queries import columns as values
from wayfolk.segments.rules.fields import Column
from wayfolk.staff.rules import Actor
from wayfolk.web.customers.forms import STATUS_TONES

# From left to right, columns leave narrow screens: the first two stay, the last go first.
_FIRST_TO_LEAVE = ("wf-col-2", "wf-col-3", "wf-col-4")
# Columns whose longest values would push the last ones out of the page.
_ENDS_EARLIER = {
    "email": "wf-mail",
    **dict.fromkeys(("city", "household", "address", "company", "title"), "wf-tight"),
}


@dataclass(frozen=True)
class Cell:
    """`name`: the column; `text`: its words; `url`: where it leads, "" nowhere.

    `is_plain`: nothing but words, as most are.
    """

    name: str
    text: str
    css_class: str = ""
    url: str = ""
    tone: str = ""
    is_plain: bool = False

    @property
    def html(self) -> SafeString:
        """A plain one as it stands in the table: a page has hundreds, too many for a template."""
        words = escape(self.text)
        cell = f'<td class="{self.css_class}" title="{words}">{words or "–"}</td>'
        return mark_safe(cell)  # noqa: S308 - the words are escaped


@dataclass(frozen=True)
class Row:
    """`title`: the name, with what matched a search marked; `reason`: why it was found."""

    customer: Customer
    cells: Sequence[Cell]
    url: str
    title: SafeString | str
    reason: str = ""
    trips: int = 0


@dataclass(frozen=True)
class Heading:
    """A column's heading; `sort` "" where the list cannot be ordered by it."""

    column: Column
    css_class: str
    sort: str = ""


def headings(columns: Sequence[Column], *, sorts: bool) -> list[Heading]:
    return [
        Heading(column, css_class_of(index, column), column.sort if sorts else "")
        for index, column in enumerate(columns)
    ]


def css_class_of(index: int, column: Column) -> str:
    """By its place: what the reader put first stays longest."""
    place = (
        "" if column.name in {"number", "name"} else _FIRST_TO_LEAVE[min(max(index - 2, 0) // 2, 2)]
    )
    return f"{place} wf-number-cell".strip() if column.is_figure else place


def rows_of(customers: Sequence[Customer], columns: Sequence[Column], *, by: Actor) -> list[Row]:
    """The lines of these customers, in their order."""
    known = values.load(customers, columns, by=by)
    return [
        Row(
            customer,
            [
                _cell(index, column, customer, values.value_of(customer, column, known))
                for index, column in enumerate(columns)
            ],
            reverse("customers:detail", args=[customer.number]),
            customer.name,
        )
        for customer in customers
    ]


def _cell(index: int, column: Column, customer: Customer, value: Any) -> Cell:
    css_class = f"{css_class_of(index, column)} {_ENDS_EARLIER.get(column.name, '')}".strip()
    if isinstance(value, Household):
        url = reverse("households:detail", args=[value.number])
        return Cell(column.name, value.name, css_class, url)
    if column.name == "status":
        return Cell(column.name, str(value), css_class, tone=STATUS_TONES[Status(customer.status)])
    is_plain = column.name not in {"number", "name"}
    return Cell(column.name, in_words(value), css_class, is_plain=is_plain)


def in_words(value: Any) -> str:
    """A value as pages write it; "" for none."""
    if isinstance(value, Money):
        return format_money(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%-d %b %Y}"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    return "" if value is None else str(value)
