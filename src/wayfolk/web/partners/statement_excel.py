"""A commission statement as an Excel workbook: one sheet of sums, one of bookings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from wayfolk.bookings.statements import Sold, Statement
from wayfolk.kit import money
from wayfolk.kit.money import Money

_EPOCH = date(1899, 12, 30).toordinal()  # day 0 of Excel's calendar
_SUM_HEADINGS = (
    "Partner", "Customer No", "Level", "Currency", "Bookings", "Not computed",
    "Turnover", "Commission",
)  # fmt: skip
_SUM_WIDTHS = (34, 12, 12, 10, 10, 13, 16, 16)
_BOOKING_HEADINGS = (
    "BKG. No", "Booking date", "Departure", "Product name", "Customer", "Partner",
    "Currency", "Price", "Commission", "Commission by",
)  # fmt: skip
_BOOKING_WIDTHS = (10, 13, 13, 34, 26, 30, 10, 14, 14, 60)


@dataclass(frozen=True)
class _Formats:
    heading: Format
    day: Format
    title: Format
    amounts: dict[str, Format]

    def amount(self, currency: str) -> Format | None:
        return self.amounts.get(currency)


def workbook_of(statement: Statement, sold: Iterable[Sold], *, organization: str) -> bytes:
    """The file. Text stays text: no cell becomes a formula or a link, whatever it begins with."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        formats = _formats(workbook, [total.turnover.currency for total in statement.totals])
        _write_sums(workbook, statement, formats, organization)
        _write_bookings(workbook, sold, formats)
    return buffer.getvalue()


def _formats(workbook: Workbook, currencies: Sequence[str]) -> _Formats:
    amounts = {}
    for currency in currencies:
        decimals = money.exponent(currency)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        amounts[currency] = workbook.add_format({"num_format": pattern})
    return _Formats(
        heading=workbook.add_format({"bold": True, "bottom": 1}),
        day=workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        title=workbook.add_format({"bold": True, "font_size": 14}),
        amounts=amounts,
    )


def _write_sums(
    workbook: Workbook, statement: Statement, formats: _Formats, organization: str
) -> None:
    sheet = workbook.add_worksheet("Sums")
    period = statement.period
    of = "booking" if period.of == "booked" else "departure"
    sheet.write_string(0, 0, f"Commission statement of {statement.partner.name}", formats.title)
    sheet.write_string(1, 0, organization)
    sheet.write_string(2, 0, f"{period.first} to {period.last}, by date of {of}")
    if statement.others:
        sheet.write_string(3, 0, f"Besides {statement.others} bookings that are not confirmed")
    _write_headings(sheet, 5, _SUM_HEADINGS, _SUM_WIDTHS, formats)
    row = 6
    for line in statement.lines:
        names = (line.partner.name, line.partner.number, str(line.partner.get_level_display()))
        _write_sum(sheet, row, names, line, formats)
        row += 1
    for total in statement.totals:
        _write_sum(sheet, row, (f"Total {total.turnover.currency}", None, ""), total, formats)
        row += 1
    sheet.freeze_panes(6, 0)


def _write_sum(
    sheet: Worksheet, row: int, names: tuple[str, int | None, str], sums: Any, formats: _Formats
) -> None:
    name, number, level = names
    sheet.write_string(row, 0, name)
    if number is not None:
        sheet.write_number(row, 1, number)
    sheet.write_string(row, 2, level)
    sheet.write_string(row, 3, sums.turnover.currency)
    sheet.write_number(row, 4, sums.count)
    sheet.write_number(row, 5, sums.uncomputed)
    _write_amount(sheet, row, 6, sums.turnover, formats)
    _write_amount(sheet, row, 7, sums.commission, formats)


def _write_bookings(workbook: Workbook, sold: Iterable[Sold], formats: _Formats) -> None:
    sheet = workbook.add_worksheet("Bookings")
    _write_headings(sheet, 0, _BOOKING_HEADINGS, _BOOKING_WIDTHS, formats)
    row = 0
    for row, booking in enumerate(sold, 1):
        sheet.write_number(row, 0, booking.number)
        sheet.write_number(row, 1, _serial(booking.booked_on), formats.day)
        if booking.departs_on:
            sheet.write_number(row, 2, _serial(booking.departs_on), formats.day)
        sheet.write_string(row, 3, booking.product)
        sheet.write_string(row, 4, booking.customer)
        sheet.write_string(row, 5, booking.partner)
        sheet.write_string(row, 6, booking.price.currency)
        _write_amount(sheet, row, 7, booking.price, formats)
        if booking.commission is not None:
            _write_amount(sheet, row, 8, booking.commission, formats)
        sheet.write_string(row, 9, booking.basis)
    sheet.autofilter(0, 0, max(row, 1), len(_BOOKING_HEADINGS) - 1)
    sheet.freeze_panes(1, 0)


def _write_headings(
    sheet: Worksheet, row: int, names: Sequence[str], widths: Sequence[int], formats: _Formats
) -> None:
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.write_string(row, column, name, formats.heading)
        sheet.set_column(column, column, width)


def _write_amount(
    sheet: Worksheet, row: int, column: int, amount: Money, formats: _Formats
) -> None:
    sheet.write_number(row, column, float(amount.amount), formats.amount(amount.currency))


def _serial(day: date) -> int:
    return day.toordinal() - _EPOCH
