"""TQ-31 to TQ-35: the customers list with its filters, columns, orders, views and selection."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.segments import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.integrations.exports import running
from wayfolk.integrations.models import ExportRun
from wayfolk.kit import paging, tenancy
from wayfolk.segments.models import BulkChange, SavedView
from wayfolk.segments.operations import many
from wayfolk.segments.queries import pages
from wayfolk.segments.rules import fields
from wayfolk.staff.models import FieldRule, Role


def names(html: str) -> list[str]:
    return re.findall(r'aria-label="Tick ([^"]+)">', html)[0:]


def get(client: Client, query: str = "", **more: Any) -> str:
    answer = client.get(f"/customers/?{query}", **more)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def listed(client: Client, query: str = "") -> list[str]:
    return [n for n in names(get(client, query)) if n != "all customers shown"]


@pytest.fixture
def people(cast: Cast) -> None:
    by = cast.administrator
    ann = making.customer(by, given_name="Ann", family_name="Ek", city="Faro", country="PT")
    making.customer(by, given_name="Bo", family_name="Dahl", city="Oslo", country="NO")
    making.customer(by, given_name="Cy", family_name="Ask")
    making.booked(by, ann, departs_on=date(2026, 6, 11), total_minor=50_000, transport="TP1")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Cy Ask", "Bo Dahl", "Ann Ek"]),
        ("sort=-name", ["Ann Ek", "Bo Dahl", "Cy Ask"]),
        ("sort=number", ["Ann Ek", "Bo Dahl", "Cy Ask"]),
        ("sort=-created", ["Cy Ask", "Bo Dahl", "Ann Ek"]),
        ("sort=city", ["Ann Ek", "Bo Dahl"]),
        ("sort=-country", ["Ann Ek", "Bo Dahl"]),
        ("sort=-turnover&country=PT", ["Ann Ek"]),
        ("sort=-last_departure", ["Ann Ek"]),
        ("sort=nonsense", ["Cy Ask", "Bo Dahl", "Ann Ek"]),
        ("given_name=b&kind=person&status=active&sort=-turnover", ["Bo Dahl"]),
        ("departs_from=2026-06-01&departs_to=2026-06-30&transports=TP1", ["Ann Ek"]),
        ("q=ann&country=PT", ["Ann Ek"]),
        ("q=ann&country=NO", []),
    ],
)
def test_tq32_filters_and_orders(cast: Cast, query: str, found: list[str]) -> None:
    assert listed(client_for(cast.administrator), query) == found


# How pages.py comes by a page: from few ids, along the order, from its beginning, from the set.
_WAYS = {
    "few": {},
    "walk": {"SET_EXPECTED": -1},
    "glance": {"SET_EXPECTED": 1_000_000},
    "set": {"SET_EXPECTED": 1_000_000, "GLANCE": 1},
}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("order", [*fields.ORDER_BY_NAME, *(f"-{n}" for n in fields.ORDER_BY_NAME)])
def test_pages_forwards_and_back_show_everybody_once(
    cast: Cast, order: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listed(client_for(cast.administrator), f"sort={order}")
    if way != "few":
        monkeypatch.setattr(pages.queries, "SELECTIVE_MAX", 0)
    for name, value in _WAYS[way].items():
        monkeypatch.setattr(pages, name, value)
    by = cast.administrator
    filters = pages.CustomerFilters(values={"status": "active"})
    there: list[str] = []
    back: list[str] = []
    with tenancy.scope(by.organization_id):
        found = pages.page_of(filters, sort=order, size=1, by=by)
        there += [customer.name for customer in found.customers]
        while found.page.next_cursor:
            after = found.page.next_cursor
            found = pages.page_of(filters, sort=order, after=after, size=1, by=by)
            there += [customer.name for customer in found.customers]
        while found.page.previous_cursor:
            before = found.page.previous_cursor
            found = pages.page_of(filters, sort=order, before=before, size=1, by=by)
            back += [customer.name for customer in found.customers]
    assert there == whole
    assert back == whole[-2::-1]


def test_cells_say_their_value_or_a_dash_and_escape_it(cast: Cast) -> None:
    making.customer(cast.advisor, given_name="Ann", city='<b>"Faro"')
    html = get(client_for(cast.advisor), "columns=name,city,email,turnover")
    words = "&lt;b&gt;&quot;Faro&quot;"
    assert f'title="{words}">{words}</td>' in html
    assert 'title="">–</td>' in html
    assert "EUR 0.00</td>" in html


@pytest.mark.usefixtures("people")
def test_tq33_chips_clear_and_what_an_empty_list_says(cast: Cast) -> None:
    client = client_for(cast.administrator)
    html = get(client, "city=faro&country=NO&sort=-name")
    assert 'title="Remove this filter: Country Norway"' in html
    assert "The filters City “faro” and Country “Norway” hide 3 customers." in html
    assert "Without City: 1." in html
    assert "Without Country: 1." in html
    assert "Clear the filters" in html
    assert "Display</button>" in html
    assert listed(client, "view=all&sort=-name") == ["Ann Ek", "Bo Dahl", "Cy Ask"]


def test_a_filter_that_is_wrong_is_told_and_left_out(cast: Cast) -> None:
    making.customer(cast.advisor)
    html = get(client_for(cast.advisor), "country=XX&departs_from=31-02-2026")
    assert "“XX” is not a country" in html
    assert "“31-02-2026” is not a date" in html
    assert "Anna Holm" in html


@pytest.mark.usefixtures("people")
def test_tq34_columns_are_chosen_and_ordered(cast: Cast) -> None:
    client = client_for(cast.administrator)
    html = get(client, "columns=turnover,newsletter")
    heads = re.findall(r"<th[^>]*>(?:<a[^>]*>)?([A-Z][a-z ]+)", html)
    assert heads == ["No", "Name", "Turnover", "Newsletter"]
    assert "EUR 500.00" in html
    assert "Not asked" in html
    chosen = {"order": ["city", "email"], "columns": ["city", "email"], "up": "email"}
    again = client.post("/customers/columns?columns=city,email", chosen).content.decode()
    assert again.index('name="columns" value="email"') < again.index('name="columns" value="city"')
    done = client.post("/customers/columns?status=active&after=x", {"columns": ["email"]})
    assert done.headers["Location"] == "/customers/?status=active&columns=email"


def test_more_filters_come_when_asked_for(cast: Cast) -> None:
    making.booked(
        cast.administrator,
        making.customer(cast.administrator),
        departs_on=date(2026, 6, 11),
        transport="TP77",
        hotel="Casa Azul",
    )
    client = client_for(cast.administrator)
    assert "TP77" not in get(client)
    html = client.get("/customers/filters", headers={"HX-Request": "true"}).content.decode()
    for words in ("TP77", "Casa Azul", "Ev Phone", "Ana Costa"):
        assert words in html
    assert "TP77" in get(client, "more=1")
    client.post("/customers/list-settings", {"offered": ["users"]})
    assert "TP77" not in get(client, "more=1")
    assert client_for(cast.advisor).get("/customers/list-settings").status_code == 403


def test_a_view_is_saved_opened_made_default_changed_and_deleted(cast: Cast) -> None:
    making.customer(cast.advisor, given_name="Ann", city="Faro")
    making.customer(cast.advisor, given_name="Bo", city="Oslo")
    client = client_for(cast.advisor)
    answer = client.post("/customers/views/new?city=faro&columns=city", {"name": "Algarve"})
    address = answer.headers["Location"]
    with tenancy.scope(cast.organization.id):
        view = SavedView.objects.get()
    assert address == f"/customers/?view={view.id}&city=faro&columns=city"
    assert "Algarve" in client.get(address).content.decode()
    client.post(f"/customers/views/default?{address.partition('?')[2]}", {"view": str(view.id)})
    assert client.get("/customers/").headers["Location"] == address
    assert listed(client, "view=all") == ["Ann Holm", "Bo Holm"]
    client.post(
        f"/customers/views/{view.id}/?city=oslo&view={view.id}",
        {"name": "Norway", "replaces": "on", "is_shared": "on"},
    )
    with tenancy.scope(cast.organization.id):
        view.refresh_from_db()
    assert (view.name, view.query, view.is_shared) == ("Norway", "city=oslo", True)
    assert "Norway" in get(client_for(cast.viewer), "view=all")
    assert client_for(cast.manager).post(f"/customers/views/{view.id}/deletion").status_code == 403
    client.post(f"/customers/views/{view.id}/deletion")
    assert client.get("/customers/").status_code == 200
    refused = client.post("/customers/views/new", {"name": "!!"})
    assert refused.status_code == 422


def test_the_selection_is_changed_by_a_job_that_tells_three_numbers(cast: Cast) -> None:
    making.customer(cast.advisor, given_name="Ann")
    making.customer(cast.advisor, given_name="Bo")
    client = client_for(cast.advisor)
    posted = {"all": "1", "query": "given_name=bo", "change": "newsletter:yes"}
    page = client.post("/customers/selection/change", posted).headers["Location"]
    assert "every 1s" in client.get(page).content.decode()
    with tenancy.scope(cast.organization.id):
        many.carry_out(BulkChange.objects.get().id, by=cast.advisor)
    html = client.get(page).content.decode()
    assert re.findall(r"<dd>(\d+)", html) == ["1", "0", "0"]
    assert "Undo this change" in html
    assert listed(client, "newsletter=yes") == ["Bo Holm"]
    assert client_for(cast.viewer).post("/customers/selection/change", posted).status_code == 403
    assert (
        client.post("/customers/selection/change", {"change": "status:active"}).status_code == 422
    )


def test_tq35_export_from_the_selection_to_the_file(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    ann = making.customer(cast.manager, given_name="Ann")
    making.customer(cast.manager, given_name="Bo")
    client = client_for(cast.manager)
    ask = client.post("/exports/new", {"selected": [ann.number], "query": "columns=kind"})
    assert f'name="selected" value="{ann.number}"' in ask.content.decode()
    posted = {
        "selected": [ann.number],
        "query": "columns=kind",
        "format": "csv",
        "columns": "shown",
    }
    page = client.post("/exports/new", posted).headers["Location"]
    with tenancy.scope(cast.organization.id):
        run = ExportRun.objects.get()
    running.carry_out(run.id, by=cast.manager)
    assert "Download" in client.get(page).content.decode()
    file = client.get(f"{page}file")
    content = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert content == f"No,Name,Account type\r\n{ann.number},Ann Holm,Person\r\n"
    assert "Download" in client.get("/exports/").content.decode()
    theirs = client_for(cast.administrator).get(f"{page}file")
    assert theirs.status_code == 200
    assert b"".join(theirs.streaming_content)  # type: ignore[attr-defined]
    assert client_for(cast.advisor).get(f"{page}file").status_code == 403
    assert client_for(cast.outsider).get(page).status_code == 404


@pytest.mark.parametrize(
    ("code", "column", "value", "filtered"),
    [
        ("customer.email", "email", "secret@example.com", "email=secret"),
        ("customer.phone", "phone", "912345678", "phone=9123"),
        ("customer.address", "city", "Secretville", "city=secret"),
        ("booking.total", "turnover", "777.00", "turnover_from=1"),
        ("customer.birth_on", "birth_on", "3 Feb 1980", ""),
    ],
)
def test_a_hidden_field_is_neither_filter_nor_column_nor_order(
    cast: Cast, code: str, column: str, value: str, filtered: str
) -> None:
    ann = making.customer(
        cast.administrator,
        given_name="Zed",
        email="secret@example.com",
        phone="912345678",
        city="Secretville",
        birth_on=date(1980, 2, 3),
    )
    making.customer(cast.administrator, given_name="Abe")
    making.booked(cast.administrator, ann, departs_on=date(2026, 6, 11), total_minor=77_700)
    client = client_for(cast.advisor)
    assert value in get(client, f"columns={column}&more=1")
    with change_set(by=cast.administrator, operation="test", summary="hide"):
        role = Role.objects.get(code="consultant")
        FieldRule.objects.filter(role=role, field=code).delete()
        FieldRule.objects.create(role=role, field=code, access="hidden")
    html = get(client, f"columns={column}&more=1&sort=-{column}&{filtered}")
    assert value not in html
    label = fields.COLUMN_BY_NAME[column].label
    assert f">{label}</" not in html
    shown = [n for n in names(html) if n != "all customers shown"]
    assert shown == ["Abe Holm", "Zed Holm"]
    if filtered:
        assert "may not see" in html
        assert f'name="{filtered.partition("=")[0]}"' not in html


def test_pages_are_quick_by_not_counting_for_ever(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Walk and count end at their time; the list is the same, the count says “at least”."""
    monkeypatch.setattr(pages.queries, "SELECTIVE_MAX", 0)
    monkeypatch.setattr(pages, "SET_EXPECTED", -1)
    for name in ("Ann", "Bo"):
        making.customer(cast.advisor, given_name=name)
    client = client_for(cast.advisor)
    whole = listed(client, "status=active&sort=-turnover")

    def too_long(*_: Any, **__: Any) -> Any:
        raise pages.TakesTooLong

    monkeypatch.setattr(pages.paging, "count_up_to", too_long)
    monkeypatch.setattr(paging, "COUNT_CAP", 1_000)
    html = get(client, "status=active&sort=-turnover")
    assert [n for n in names(html) if n != "all customers shown"] == whole
    assert "2+ customers" in html
