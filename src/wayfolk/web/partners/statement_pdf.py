"""A commission statement as a PDF, set by Typst from statement.typ beside this file."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from wayfolk.bookings.statements import BOOKED, Sold, Statement

TEMPLATE = Path(__file__).with_name("statement.typ")
# Paper with more rows than that is read by nobody; the Excel file has them all.
BOOKINGS_MAX = 1_000
LINES_MAX = 1_000


def document_of(
    statement: Statement, sold: Iterable[Sold], *, organization: str, today: date
) -> bytes:
    """The file. What people wrote reaches the template as data, never as markup."""
    import typst  # 40 MB of program that nothing else needs

    data = _data(statement, list(sold), organization, today)
    return typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(data)})


def _data(statement: Statement, sold: list[Sold], organization: str, today: date) -> dict[str, Any]:
    period = statement.period
    of = "booking" if period.of == BOOKED else "departure"
    uncomputed = sum(total.uncomputed for total in statement.totals)
    return {
        "title": f"Commission statement of {statement.partner.name}",
        "organization": organization,
        "period": f"{_day(period.first)} to {_day(period.last)}, by date of {of}",
        "printed": f"Made on {_day(today)}",
        "others": f"Besides {statement.others:,} bookings that are not confirmed."
        if statement.others
        else "",
        "uncomputed": f"For {uncomputed:,} bookings no commission was computed."
        if uncomputed
        else "",
        "lines": [
            [
                line.partner.name,
                str(line.partner.get_level_display()),
                f"{line.count:,}",
                str(line.turnover),
                str(line.commission),
            ]
            for line in statement.lines[:LINES_MAX]
        ],
        "totals": [
            ["Total", "", f"{total.count:,}", str(total.turnover), str(total.commission)]
            for total in statement.totals
        ],
        "more": f"The first {len(sold):,} of {statement.count:,}; the Excel file has them all."
        if statement.count > len(sold)
        else "",
        "sold": [_row(booking) for booking in sold],
    }


def _row(booking: Sold) -> list[str]:
    return [
        str(booking.number),
        _day(booking.booked_on),
        _day(booking.departs_on) if booking.departs_on else "",
        booking.product,
        booking.customer,
        str(booking.price),
        "" if booking.commission is None else str(booking.commission),
    ]


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
