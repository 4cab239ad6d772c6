"""The pages of trade partners (KP-05, KP-08, KP-09)."""

from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bookings import making
from tests.partners import making as trade
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import tenancy
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner, PartnerContact
from wayfolk.partners.operations import contacts, ids
from wayfolk.staff.rules import Actor


def text_of(client: Client, address: str, status: int = 200, **headers: Any) -> str:
    response = client.get(address, **headers)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def partner_values(**changed: Any) -> dict[str, Any]:
    return {
        "level": "agency", "parent": "", "status": "active", "tier": "Gold", "currency": "eur",
        "payment_days": "30", "payment_terms": "", **changed,
    }  # fmt: skip


def term_values(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "percentage", "product": "", "valid_from": "2026-01-01", "valid_to": "",
        "rate": "12,5 %", "amount": "", "currency": "EUR", "remark": "", **changed,
    }  # fmt: skip


def stored(by: Actor) -> list[Partner]:
    with tenancy.scope(by.organization_id):
        return list(Partner.objects.with_names().order_by("sort_key"))


def test_a_company_becomes_a_partner_and_undo_takes_it_back(cast: Cast) -> None:
    by = cast.manager
    client, company = client_for(by), trade.company(by)
    consortium = trade.partner(by, "Northern Alliance", level="consortium")
    sent = partner_values(customer=company.number, parent=consortium.number)
    response = client.post("/partners/new/", sent)
    assert response.status_code == 303
    page = text_of(client, response.headers["Location"])
    assert "Nordic Horizons is a trade partner now." in page
    assert "Northern Alliance" in page
    (made, _) = stored(by)
    assert (made.tier, made.currency, made.payment_days) == ("Gold", "EUR", 30)
    undo = making.last_change_set(by)
    assert client.post(reverse("changes:undo", args=[undo.id])).status_code in {302, 303}
    assert len(stored(by)) == 1


def test_refusals_stand_at_their_fields(cast: Cast) -> None:
    by = cast.manager
    client = client_for(by)
    consortium, agency, agent = trade.line(by)
    wrong = partner_values(level="consortium", parent=agent.number, version="1")
    response = client.post(f"/partners/{consortium.number}/edit/", wrong)
    assert response.status_code == 422
    assert "each would stand above the other" in response.context["form"].errors["parent"][0]
    response = client.post("/partners/new/", partner_values(customer="", level=""))
    assert set(response.context["form"].errors) == {"customer", "level"}
    assert [p.parent_id for p in stored(by)] == [agency.id, consortium.id, None]


def test_the_picker_finds_partners_by_name_and_number(cast: Cast) -> None:
    by = cast.manager
    client = client_for(by)
    consortium, agency, _ = trade.line(by)
    found = text_of(client, "/partner-picker/?field=partner&partner-query=nord%20hor", **HTMX)
    assert "belongs to Northern Alliance" in found
    assert f'value="{agency.number}"' in found
    assert f'value="{consortium.number}"' not in found
    assert "Northern Alliance" in text_of(
        client, f"/partner-picker/?field=partner&partner-query={consortium.number}", **HTMX
    )
    assert "is called" in text_of(client, "/partner-picker/?partner-query=xyz", **HTMX)


def test_the_list_narrows_and_pages(cast: Cast) -> None:
    by = cast.advisor
    trade.line(cast.manager)
    client = client_for(by)
    page = text_of(client, "/partners/")
    assert page.index("Desk Aarhus") < page.index("Nordic Horizons") < page.index("Northern")
    assert "Commission tier" not in page
    narrowed = text_of(client, "/partners/?level=agency", **HTMX)
    assert "Nordic Horizons" in narrowed
    assert "Desk Aarhus" not in narrowed
    hidden = text_of(client, "/partners/?level=agency&status=inactive")
    assert "hide 3 partners" in hidden


def test_the_page_says_where_each_term_comes_from(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = trade.line(by)
    trade.term(by, consortium, "12", product="cruise")
    trade.term(by, agency, "10")
    page = text_of(client_for(by), f"/partners/{agent.number}/")
    assert "10 % of the price" in page
    assert "Overridden by Nordic Horizons" in page
    assert f"/partners/{consortium.number}/" in page


def test_terms_are_written_changed_and_ended(cast: Cast) -> None:
    by = cast.manager
    owner, client = trade.partner(by), client_for(by)
    address = f"/partners/{owner.number}/terms/"
    assert "Tiers" in text_of(client, f"{address}new/")
    faulty = client.post(f"{address}new/", term_values(rate="lots"))
    assert "no percentage" in faulty.context["form"].errors["rate"][0]
    assert client.post(f"{address}new/", term_values()).status_code == 303
    again = client.post(f"{address}new/", term_values(rate="9"))
    assert "already" in again.context["form"].errors["valid_from"][0]
    with tenancy.scope(by.organization_id):
        term = CommissionTerm.objects.get()
    assert f"{term.rate:.1f}" == "12.5"
    form = client.get(f"{address}{term.id}/").context["form"]
    sent = {f.html_name: f.value() or "" for f in form}
    sent |= {f.html_initial_name: f.value() or "" for f in form}
    tiered = {**sent, "version": 1, "kind": "tiered", "tier_from_1": "0", "tier_rate_1": "5",
              "tier_from_2": "50,000", "tier_rate_2": "7.5"}  # fmt: skip
    assert client.post(f"{address}{term.id}/", tiered).status_code == 303
    with tenancy.scope(by.organization_id):
        assert CommissionTerm.objects.get().tiers == [[0, "5"], [5_000_000, "7.5"]]
    page = text_of(client, f"/partners/{owner.number}/")
    assert "By turnover of the year: 5 % from EUR 0.00, 7.5 % from EUR 50,000.00" in page
    # Someone else saved meanwhile: what both changed is asked.
    stale = client.post(f"{address}{term.id}/", {**sent, "version": 1, "kind": "per_booking"})
    assert stale.status_code == 409
    assert client.post(f"{address}{term.id}/removal/").status_code == 303
    with tenancy.scope(by.organization_id):
        assert not CommissionTerm.objects.exists()


def test_a_business_id_with_wrong_check_digits_is_told_at_its_field(cast: Cast) -> None:
    by = cast.manager
    owner, client = trade.partner(by), client_for(by)
    address = f"/partners/{owner.number}/ids/new/"
    sent = {"country": "DK", "scheme": "cvr", "number": "13585627"}
    refused = client.post(address, sent, **HTMX)
    assert refused.status_code == 422
    assert "check digits do not fit" in refused.context["form"].errors["number"][0]
    assert client.post(address, {**sent, "number": "13585628"}).status_code == 303
    with tenancy.scope(by.organization_id):
        noted = BusinessId.objects.get()
    assert "13585628" in text_of(client, f"/partners/{owner.number}/")
    removal = f"/partners/{owner.number}/ids/{noted.id}/removal/"
    assert client.post(removal).status_code == 303


def test_contacts_are_added_ended_and_seen_from_the_person(cast: Cast) -> None:
    by = cast.manager
    owner, person, client = trade.partner(by), trade.person(by), client_for(by)
    address = f"/partners/{owner.number}/contacts/"
    sent = {"person": person.number, "role": "sales", "from_on": "2026-01-01", "to_on": ""}
    assert client.post(f"{address}new/", sent).status_code == 303
    twice = client.post(f"{address}new/", sent)
    assert "has the role" in twice.context["form"].errors["from_on"][0]
    with tenancy.scope(by.organization_id):
        contact = PartnerContact.objects.get()
    ended = {"role": "sales", "from_on": "2026-01-01", "to_on": "2026-01-02"}
    assert client.post(f"{address}{contact.id}/", ended).status_code == 303
    assert "Formerly" in text_of(client, f"/partners/{owner.number}/")
    seen = text_of(client, f"/customers/{person.number}/")
    assert "Contact at" in seen
    assert "Nordic Horizons" in seen
    assert "Open as trade partner" in text_of(client, f"/customers/{owner.number}/")
    assert client.post(f"{address}{contact.id}/removal/").status_code == 303


def test_a_booking_is_sold_through_a_partner_and_shows_what_that_earns(cast: Cast) -> None:
    by = cast.manager
    owner, client = trade.partner(by), client_for(by)
    trade.term(by, owner)
    booking = making.booking(by)
    form = client.get(f"/bookings/{booking.number}/edit/").context["form"]
    sent = {f.html_name: f.value() for f in form if f.value() is not None}
    sent |= {f.html_initial_name: f.value() for f in form if f.value() is not None}
    sent |= {"version": booking.version, "partner": owner.number}
    assert client.post(f"/bookings/{booking.number}/edit/", sent).status_code == 303
    page = text_of(client, f"/bookings/{booking.number}/")
    assert "EUR 12.00" in page
    assert "Term of Nordic Horizons for all products" in page
    # The consultant sees through whom, not what it earns.
    other = text_of(client_for(cast.advisor), f"/bookings/{booking.number}/")
    assert "Nordic Horizons" in other
    assert "EUR 12.00" not in other
    assert client.post(f"/bookings/{booking.number}/commission/").status_code == 303
    client_for(cast.advisor)
    refused = client_for(cast.advisor).post(f"/bookings/{booking.number}/commission/")
    assert refused.status_code == 403


def sell(by: Actor) -> tuple[Partner, Partner, Partner]:
    consortium, agency, agent = trade.line(by)
    trade.term(by, consortium)
    for through, total in ((agency, 10_000), (agent, 5_000)):
        making.booking(by, partner_id=through.id, booked_on=date(2026, 3, 2), total_minor=total)
    making.booking(by, partner_id=agent.id, booked_on=date(2026, 3, 3), status="cancelled")
    making.booking(by, partner_id=agent.id, booked_on=date(2026, 4, 1))
    return consortium, agency, agent


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PERIOD = "?first=2026-03-01&last=2026-03-31&of=booked"


def test_a_statement_sums_up_everybody_below(cast: Cast) -> None:
    by = cast.manager
    consortium, _, agent = sell(by)
    client = client_for(by)
    page = text_of(client, f"/partners/{consortium.number}/statement/{PERIOD}")
    assert "EUR 150.00" in page  # turnover of both
    assert "EUR 15.00" in page
    assert "Besides 1 booking not confirmed" in page
    assert "EUR 50.00" in text_of(client, f"/partners/{agent.number}/statement/{PERIOD}")
    backwards = "?first=2026-03-31&last=2026-03-01&of=booked"
    assert "before it begins" in text_of(
        client, f"/partners/{agent.number}/statement/{backwards}", status=422
    )
    nothing = "?first=2020-03-01&last=2020-03-31&of=departs"
    assert "Nothing was sold" in text_of(client, f"/partners/{agent.number}/statement/{nothing}")


def test_a_statement_comes_as_excel_and_pdf(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, _ = sell(by)
    making.booking(
        by, partner_id=agency.id, booked_on=date(2026, 3, 4), product="=cmd|' /C calc'!A1 #[x] $y$"
    )
    client = client_for(by)
    excel = client.get(f"/partners/{consortium.number}/statement.xlsx{PERIOD}")
    assert excel.headers["Content-Disposition"] == (
        f'attachment; filename="statement-{consortium.number}-2026-03-01-2026-03-31.xlsx"'
    )
    with ZipFile(BytesIO(excel.content)) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode()
        sums = archive.read("xl/worksheets/sheet1.xml").decode()
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet2.xml"))
        styles = ET.fromstring(archive.read("xl/styles.xml"))
    assert "Commission statement of Northern Alliance" in strings
    assert "<f>" not in sums
    _, *rows = sheet.findall(f"{MAIN}sheetData/{MAIN}row")
    cells = [["".join(cell.itertext()) for cell in row] for row in rows]
    assert [row[3] for row in cells] == ["Spa day", "Spa day", "=cmd|' /C calc'!A1 #[x] $y$"]
    assert [row[7:9] for row in cells] == [
        ["50.00", "5.00"],
        ["100.00", "10.00"],
        ["120.00", "12.00"],
    ]
    assert {cell.tag for row in rows for cell in row} == {f"{MAIN}c"}
    assert not sheet.findall(f".//{MAIN}f")  # text that looks like a formula is text
    patterns = {
        each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")
    }
    looks = [patterns.get(each.get("numFmtId")) for each in styles.find(f"{MAIN}cellXfs")]
    shown = [looks[int(cell.get("s", "0"))] for cell in rows[0]]
    assert (shown[1], shown[7]) == ("yyyy-mm-dd", "#,##0.00")
    assert cells[0][1] == str((date(2026, 3, 2) - date(1899, 12, 30)).days)
    pdf = client.get(f"/partners/{consortium.number}/statement.pdf{PERIOD}")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    wrong = client.get(f"/partners/{consortium.number}/statement.pdf?first=x")
    assert wrong.status_code == 422


def test_the_bookings_list_narrows_to_a_partner(cast: Cast) -> None:
    by = cast.manager
    _, agency, agent = sell(by)
    client = client_for(by)
    page = text_of(client, f"/bookings/?partner={agency.number}")
    assert "Sold through" in page
    assert page.count("data-row-link") == 1
    assert text_of(client, f"/bookings/?partner={agent.number}&q=spa").count("data-row-link") == 3
    assert "There is no trade partner 99" in text_of(client, "/bookings/?partner=99")


def test_commissions_of_a_period_are_computed_anew(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, _ = sell(by)
    trade.term(by, agency, "20")
    response = client_for(by).post(f"/partners/{consortium.number}/commissions/{PERIOD}")
    assert response.headers["Location"].endswith(PERIOD)
    with tenancy.scope(by.organization_id):
        found = Booking.objects.order_by("number").values_list("commission_minor", flat=True)
        assert list(found) == [2_000, 1_000, 2_400, 1_200]


def test_pages_ask_for_rights_and_the_module(cast: Cast) -> None:
    by = cast.manager
    consortium, _, _ = sell(by)
    advisor, viewer = client_for(cast.advisor), client_for(cast.viewer)
    page = text_of(advisor, f"/partners/{consortium.number}/")
    assert "Terms in force" not in page
    assert "10 %" not in page
    assert text_of(advisor, f"/partners/{consortium.number}/statement/", status=403)
    for address in ("/partners/new/", f"/partners/{consortium.number}/terms/new/"):
        assert viewer.get(address).status_code == 403
    assert viewer.post(f"/partners/{consortium.number}/removal/").status_code == 403
    assert client_for(cast.outsider).get(f"/partners/{consortium.number}/").status_code == 404
    switch_off(by, "partners")
    assert client_for(by).get("/partners/").status_code == 403
    assert "Sold through" not in text_of(client_for(by), "/bookings/new/")


def test_a_partner_in_use_is_not_removed(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = sell(by)
    client = client_for(by)
    client.post(f"/partners/{consortium.number}/removal/")
    assert "Move the partners below it first" in text_of(client, f"/partners/{consortium.number}/")
    client.post(f"/partners/{agent.number}/removal/")
    assert "Make the partner inactive instead" in text_of(client, f"/partners/{agent.number}/")
    assert len(stored(by)) == 3
    assert agency.id


def test_the_page_takes_the_same_queries_however_much_there_is(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = sell(by)
    client = client_for(by)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(client, f"/partners/{agency.number}/")
        return len(captured)

    queries()
    before = queries()
    with tenancy.scope(by.organization_id):
        ids.add_business_id(agency.id, country="DK", scheme="cvr", number="13585628", by=by)
        for role in ("sales", "accounting"):
            contacts.add_contact(agency.id, trade.person(by).id, role=role, by=by)
    for number in range(3):
        trade.partner(by, f"Desk {number}", level="agent", below=agency)
        trade.term(by, agency, product=f"product {number}")
        making.booking(by, partner_id=agency.id)
    assert queries() == before
    assert before <= 22
    assert consortium.id != agent.id


def test_history_speaks_of_partners_in_words_and_keeps_terms_to_those_who_see_them(
    cast: Cast,
) -> None:
    by = cast.manager
    consortium, agency, agent = trade.line(by)
    term = trade.term(by, agency)
    person = trade.person(by)
    client = client_for(by)
    client.post(
        f"/partners/{agency.number}/contacts/new/", {"person": person.number, "role": "sales"}
    )
    form = client.get(f"/partners/{agency.number}/terms/{term.id}/").context["form"]
    sent = {f.html_name: f.value() or "" for f in form}
    sent |= {f.html_initial_name: f.value() or "" for f in form}
    client.post(f"/partners/{agency.number}/terms/{term.id}/", {**sent, "version": 1, "rate": "12"})
    moved = partner_values(parent=consortium.number, level="agent", status="inactive", version=1)
    form = client.get(f"/partners/{agent.number}/edit/").context["form"]
    initial = {f.html_initial_name: f.value() or "" for f in form}
    client.post(f"/partners/{agent.number}/edit/", {**initial, **moved})
    told = text_of(client, f"/partners/{agency.number}/history/", **HTMX)
    assert "Made Mette Dahl contact of Nordic Horizons" in told
    assert "New term of Nordic Horizons: 10 % of the price" in told
    assert "10 %" in told
    assert "12 %" in told
    of_agent = text_of(client, f"/partners/{agent.number}/history/", **HTMX)
    assert "Updated trade partner Desk Aarhus" in of_agent
    assert "Northern Alliance" in of_agent
    assert "Made Mette Dahl contact" in text_of(
        client, reverse("customers:history", args=[person.number]), **HTMX
    )
    other = text_of(client_for(cast.viewer), f"/partners/{agency.number}/history/", **HTMX)
    assert "Made Mette Dahl contact of Nordic Horizons" in other
    assert "12 %" not in other
    assert "10 %" not in other
    assert "10 %" not in text_of(client_for(cast.viewer), "/changes/")
    assert "10 %" in text_of(client, "/changes/")


def test_history_of_a_booking_keeps_what_it_earns_to_those_who_see_it(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    trade.term(by, owner)
    booking = making.booking(by)
    with tenancy.scope(by.organization_id):
        operations.update_booking(booking.id, BookingData({"partner_id": owner.id}), by=by)
    told = text_of(client_for(by), f"/bookings/{booking.number}/history/", **HTMX)
    assert "Sold through" in told
    assert "EUR 12.00" in told
    other = text_of(client_for(cast.viewer), f"/bookings/{booking.number}/history/", **HTMX)
    assert "Nordic Horizons" in other
    assert "EUR 12.00" not in other
    assert "10 %" not in other
