"""Pages of the two reports, and their CSV (TQ-57)."""

from datetime import date

from django.test import Client

from tests.bookings import making, travelling
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.staff.models import FieldRule, Role
from wayfolk.staff.rules import FieldAccess

_JUNE = "first=2026-06-01&last=2026-06-30"


def _get(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_tq57_two_reports_each_with_its_own_figures(cast: Cast) -> None:
    people = travelling.family(cast)
    travelling.booked(cast, people["anna"], people["emil"], adults=1, children=1)
    client = client_for(cast.manager)
    money = _get(client, f"/reports/bookings/?{_JUNE}&by=product")
    assert "Spa day" in money
    assert "EUR 120.00" in money
    assert "Journeys" not in money
    heads = _get(client, f"/reports/passengers/?{_JUNE}&by=age")
    assert "2–11" in heads
    assert "First journeys" in heads
    assert "EUR" not in heads
    assert f'href="/reports/passengers/?{_JUNE.replace("&", "&amp;")}"' in money


def test_nothing_in_the_period_and_days_that_are_none(cast: Cast) -> None:
    client = client_for(cast.advisor)
    assert "Nothing in this period" in _get(
        client, "/reports/bookings/?first=2020-01-01&last=2020-01-31"
    )
    html = _get(client, "/reports/bookings/?first=2026-06-30&last=2026-06-01", status=422)
    assert "before it begins" in html
    assert "is not one of the available choices" in _get(
        client, "/reports/passengers/?by=colour", status=422
    )
    said = _get(client, "/reports/bookings/csv/?first=nonsense&last=2026-06-01", status=422)
    assert "nonsense" in said or "date" in said


def test_the_file_has_plain_figures_and_runs_no_formula(cast: Cast) -> None:
    making.booking(cast.advisor, product="=HYPERLINK(1)", departs_on=date(2026, 6, 11))
    text = _get(client_for(cast.manager), f"/reports/bookings/csv/?{_JUNE}&by=product")
    lines = text.removeprefix("﻿").splitlines()
    assert lines[0].startswith("Product,Bookings,Waitlisted,Cancelled,Pax,Inf,Turnover (EUR)")
    assert lines[1].startswith("'=HYPERLINK(1),1,0,0,2,0,120.00")
    assert lines[-1].startswith("Total,1,")
    heads = _get(client_for(cast.manager), f"/reports/passengers/csv/?{_JUNE}")
    assert heads.removeprefix("﻿").splitlines()[0] == "Month,Journeys,People,First journeys"


def test_hidden_prices_stand_in_neither_page_nor_file(cast: Cast) -> None:
    making.booking(cast.advisor, departs_on=date(2026, 6, 11))
    with change_set(by=cast.administrator, operation="test", summary="Hid prices"):
        role = Role.objects.get(name=cast.advisor.role_name)
        FieldRule.objects.create(role=role, field="booking.total", access=FieldAccess.HIDDEN)
    client = client_for(cast.advisor)
    for address in ("bookings/", "bookings/csv/"):
        shown = _get(client, f"/reports/{address}?{_JUNE}")
        assert "Turnover" not in shown
        assert "120.00" not in shown
