"""Pages of the reports, and the same as CSV."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wayfolk.bookings.reports import of_bookings, of_passengers
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money, format_money
from wayfolk.kit.text import neutralise_formula
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.reports.forms import GROUP_WORDS, PassengerForm, ReportForm

LINES_SHOWN = 200
Report = of_bookings.BookingReport | of_passengers.PassengerReport


@require_safe
@signed_in("bookings.view", module="bookings")
def bookings(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = ReportForm(request.GET, of_bookings.groups_for(by), by=by)
    found = _asked(form, lambda: of_bookings.booking_report(form.period, form.group, by=by))
    return _page(request, "reports/bookings.html", form, found, _booking_columns(by), by)


@require_safe
@signed_in("bookings.view", module="bookings")
def bookings_as_csv(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = ReportForm(request.GET, of_bookings.groups_for(by), by=by)
    found = _asked(form, lambda: of_bookings.booking_report(form.period, form.group, by=by))
    return _file(form, found, _booking_columns(by), "bookings", by.currency)


@require_safe
@signed_in("bookings.view", module="bookings")
def passengers(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    form = PassengerForm(request.GET, of_passengers.groups_for(by), by=by)
    found = _asked(form, lambda: of_passengers.passenger_report(form.period, form.group, by=by))
    return _page(request, "reports/passengers.html", form, found, _PASSENGER_COLUMNS, by)


@require_safe
@signed_in("bookings.view", module="bookings")
def passengers_as_csv(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    form = PassengerForm(request.GET, of_passengers.groups_for(by), by=by)
    found = _asked(form, lambda: of_passengers.passenger_report(form.period, form.group, by=by))
    return _file(form, found, _PASSENGER_COLUMNS, "passengers", by.currency)


def _asked(form: ReportForm, find: Callable[[], Report]) -> Any:
    """The report, or None where the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return find()
    except InvalidValues as refused:
        for name, message in refused.errors.items():
            form.add_error(name, message)
        return None


@dataclass(frozen=True)
class Column:
    """`part`: the attribute of a line; `css_class`: how early it leaves narrow screens."""

    heading: str
    part: str
    css_class: str = ""


Columns = Sequence[Column]
_PASSENGER_COLUMNS: Columns = (
    Column("Journeys", "journeys"),
    Column("People", "people"),
    Column("First journeys", "firsts"),
)
_MONEY = (
    Column("Turnover", "turnover"),
    Column("Cost", "cost", "wf-col-2"),
    Column("Profit", "profit"),
)


def _booking_columns(by: Actor) -> Columns:
    sees = {"turnover": by.may_see("booking.total"), "cost": by.may_see("booking.cost")}
    sees["profit"] = all(sees.values()) and by.may_see("booking.profit")
    return (
        Column("Bookings", "confirmed"),
        Column("Waitlisted", "waitlisted", "wf-col-3"),
        Column("Cancelled", "cancelled", "wf-col-2"),
        Column("Pax", "pax"),
        Column("Inf", "infants", "wf-col-3"),
        *(column for column in _MONEY if sees[column.part]),
    )


def _page(
    request: HttpRequest, template: str, form: ReportForm, found: Any, columns: Columns, by: Actor
) -> HttpResponse:
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "form": form,
        "tabs": _tabs(request, by),
        "address": request.path,
        "columns": columns,
    }
    if found is not None:
        context |= {
            "report": found,
            "group": GROUP_WORDS[found.by_group],
            "rows": [_row(line, found, columns) for line in found.lines[:LINES_SHOWN]],
            "total": _row(found.total, found, columns),
            "is_cut": len(found.lines) > LINES_SHOWN,
            "csv_url": f"{request.path}csv/?{query}",
        }
    return render(request, template, context, status=422 if form.errors else 200)


def _tabs(request: HttpRequest, by: Actor) -> list[dict[str, Any]]:
    """The other report keeps the period."""
    kept = request.GET.copy()
    kept.pop("by", None)
    pages = [("Bookings", "reports:bookings")]
    if by.may("customers.view"):
        pages.append(("Passengers", "reports:passengers"))
    return [
        {
            "label": label,
            "url": f"{reverse(name)}?{kept.urlencode()}" if kept else reverse(name),
            "is_current": request.path == reverse(name),
            "count": "",
        }
        for label, name in pages
    ]


def _row(line: Any, report: Report, columns: Columns) -> dict[str, Any]:
    cells = [
        {"css_class": each.css_class, "text": _in_words(getattr(line, each.part))}
        for each in columns
    ]
    return {"name": _name(line, report), "cells": cells}


def _name(line: Any, report: Report) -> str:
    if not line.name:
        is_of_people = isinstance(report, of_passengers.PassengerReport)
        return "Not known" if is_of_people else f"No {GROUP_WORDS[report.by_group].lower()}"
    if report.by_group == "month":
        return f"{date.fromisoformat(f'{line.name}-01'):%b %Y}"
    return str(line.name)


def _in_words(value: Any) -> str:
    return format_money(value) if isinstance(value, Money) else f"{value:,}"


def _file(form: ReportForm, found: Any, columns: Columns, name: str, currency: str) -> HttpResponse:
    """All lines and their total, with the mark that Excel needs to read UTF-8."""
    if found is None:
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
    file = StringIO()
    lines = csv.writer(file)
    headings = [
        f"{each.heading} ({currency})" if each in _MONEY else each.heading for each in columns
    ]
    lines.writerow([GROUP_WORDS[found.by_group], *headings])
    for line in found.lines:
        lines.writerow([neutralise_formula(line.name), *_plain(line, columns)])
    lines.writerow(["Total", *_plain(found.total, columns)])
    response = HttpResponse("﻿" + file.getvalue(), content_type="text/csv; charset=utf-8")
    days = f"{found.period.first}-to-{found.period.last}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{days}.csv"'
    return response


def _plain(line: Any, columns: Columns) -> list[Any]:
    values = [getattr(line, each.part) for each in columns]
    return [value.amount if isinstance(value, Money) else value for value in values]
