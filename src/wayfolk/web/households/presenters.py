"""Households as the templates show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.bookings import of_households
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.of_households import SharedBooking
from wayfolk.customers.models import Customer
from wayfolk.households import queries, rules
from wayfolk.households.models import Channel, Connection, Guardian, Household, HouseholdMember
from wayfolk.households.operations.outcomes import Outcome
from wayfolk.households.queries import MemberShown
from wayfolk.kit import clock, countries
from wayfolk.staff.rules import Actor
from wayfolk.web import toasts
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.bookings.presenters import BookingRow, Figure

NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household in the list."""

    household: Household
    url: str
    members: str
    count: int
    city: str
    status: str
    tone: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody's time in a household. `notes`: what is their own, and where else they live.

    `out_url` opens the dialog for moving out, "" for who does not live there today.
    """

    member: HouseholdMember
    name: str
    number: int
    url: str
    role: str
    period: str
    age: str
    notes: Sequence[str]
    menu_id: str
    out_url: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A guardian or a connection. `end_url` is "" where it has ended or may not be changed."""

    name: str
    url: str
    what: str
    detail: str
    period: str
    end_url: str


@dataclass(frozen=True, slots=True)
class FamilyBookingRow:
    """`note` says who else of the household travels, and where they lived elsewhere then."""

    row: BookingRow
    customer: str
    note: str


@dataclass(frozen=True, slots=True)
class FamilyBookings:
    rows: Sequence[FamilyBookingRow]
    previous_url: str
    next_url: str
    sees_price: bool


def list_rows(households: Sequence[Household], *, by: Actor) -> list[HouseholdRow]:
    """The rows of a page of the list; one query for everybody's names."""
    names = queries.names_in([household.id for household in households], by=by)
    return [_list_row(household, names.get(household.id, []), by) for household in households]


def _list_row(household: Household, names: Sequence[str], by: Actor) -> HouseholdRow:
    rest = len(names) - NAMES_SHOWN
    shown = ", ".join(names[:NAMES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    status, tone = status_of(household)
    return HouseholdRow(
        household=household,
        url=page_url(household),
        members=shown,
        count=len(names),
        city=household.city if by.may_see("customer.address") else "",
        status=status,
        tone=tone,
    )


def status_of(household: Household) -> tuple[str, str]:
    if household.ended_on is None:
        return "Active", "success"
    return ("Merged" if household.merged_into_id else "Ended"), "neutral"


def page_url(household: Household) -> str:
    return reverse("households:detail", args=[household.number])


def customer_url(customer: Customer, by: Actor) -> str:
    """The customer's page, "" for one that is deleted or not for this reader."""
    if not by.may("customers.view") or customer.deleted_at is not None:
        return ""
    return reverse("customers:detail", args=[customer.number])


def facts(household: Household, by: Actor) -> list[Figure]:
    """The household's own values, as components/definition_list.html reads them."""
    shown = []
    if by.may_see("customer.address"):
        shown.append(Figure("Address", address_words(_address_of(household))))
    letters = [
        word
        for word, wanted in (
            ("email", household.newsletter_by_email),
            ("post", household.newsletter_by_post),
        )
        if wanted
    ]
    shown += [
        Figure("Language", dict(countries.languages()).get(household.language, "")),
        Figure("Preferred channel", channel_words(household.channel)),
        Figure("Newsletter", " and ".join(f"by {word}" for word in letters) or "none"),
    ]
    if household.ended_on:
        into = household.merged_into
        url = page_url(into) if into else ""
        value = f"{household.ended_on:%-d %b %Y}" + (f", merged into {into}" if into else "")
        shown.append(Figure("Ended", value, url=url))
    return shown


def address_words(values: Mapping[str, Any]) -> str:
    place = " ".join(part for part in (values["postcode"], values["city"]) if part)
    country = countries.country_name(values["country"]) if values["country"] else ""
    lines = ", ".join(str(values["lines"]).splitlines())
    return ", ".join(part for part in (lines, place, country) if part)


def channel_words(channel: str) -> str:
    return str(Channel(channel).label) if channel else ""


def period_words(from_on: date, to_on: date | None) -> str:
    """Since 1 May 2020; or 1 May 2020 – 3 Jun 2021, both days as they are stored."""
    if to_on is None:
        return f"since {from_on:%-d %b %Y}"
    return f"{from_on:%-d %b %Y} – {to_on:%-d %b %Y}"


def member_rows(
    members: Sequence[MemberShown],
    *,
    by: Actor,
    elsewhere: Mapping[UUID, Sequence[HouseholdMember]],
    on: date,
) -> list[MemberRow]:
    """The table's rows; ages are of the day `on`."""
    return [_member_row(shown, by, elsewhere.get(shown.customer.id, ()), on) for shown in members]


def _member_row(
    shown: MemberShown, by: Actor, elsewhere: Sequence[HouseholdMember], on: date
) -> MemberRow:
    member, customer = shown.member, shown.customer
    notes = []
    if shown.address is not None and shown.address.source == rules.OWN:
        notes.append(f"own address: {address_words(shown.address.values)}")
    if shown.preferences.source == rules.OWN:
        channel = channel_words(shown.preferences.values["channel"]) or "no channel"
        notes.append(f"own preferences: {channel.lower()}")
    notes += [
        f"also {other.get_role_display().lower()} in {other.household}"
        for other in elsewhere
        if other.household_id != member.household_id
    ]
    born = customer.birth_on if by.may_see("customer.birth_on") else None
    return MemberRow(
        member=member,
        name=customer.name,
        number=customer.number,
        url=customer_url(customer, by),
        role=member.get_role_display(),
        period=period_words(member.from_on, member.to_on),
        age=str(rules.years_between(born, on)) if born and born <= on else "",
        notes=notes,
        menu_id=f"member-{member.id}",
        out_url=_out_url(member, customer) if member.holds_on(on) else "",
    )


def _out_url(member: HouseholdMember, customer: Customer) -> str:
    base = reverse("households:move_out", args=[member.household.number])
    return f"{base}?customer={customer.number}"


def guardian_rows(
    guardians: Sequence[Guardian], household: Household, *, by: Actor
) -> list[PersonRow]:
    today, may_edit = clock.today(by.time_zone), by.may("households.edit")
    return [
        PersonRow(
            name=row.guardian.name,
            url=customer_url(row.guardian, by),
            what=f"Guardian of {row.child.name}",
            detail="",
            period=period_words(row.from_on, row.to_on),
            end_url=reverse("households:end_guardian", args=[household.number, row.id])
            if may_edit and (row.to_on is None or row.to_on > today)
            else "",
        )
        for row in guardians
    ]


def connection_rows(connections: Sequence[Connection], *, by: Actor) -> list[PersonRow]:
    today, may_edit = clock.today(by.time_zone), by.may("households.edit")
    return [
        PersonRow(
            name=row.customer.name,
            url=customer_url(row.customer, by),
            what=row.get_kind_display(),
            detail=row.note,
            period=period_words(row.from_on, row.to_on),
            end_url=reverse("households:end_connection", args=[row.household.number, row.id])
            if may_edit and (row.to_on is None or row.to_on > today)
            else "",
        )
        for row in connections
    ]


def family_bookings(
    request: HttpRequest,
    household: Household,
    members: Sequence[MemberShown],
    *,
    by: Actor,
) -> FamilyBookings | None:
    """A page of what the members booked or travel on (KP-21); None: not for this reader."""
    if not booking_queries.may_see(by):
        return None
    found = of_households.list_for_household(
        [shown.member for shown in members],
        by=by,
        after=request.GET.get("bookings_after", ""),
        before=request.GET.get("bookings_before", ""),
    )
    base = page_url(household)
    page = found.page
    return FamilyBookings(
        rows=[
            FamilyBookingRow(
                row=bookings.row_of(shared.booking, by),
                customer=shared.booking.customer.name,
                note=_note_on(shared),
            )
            for shared in found.rows
        ],
        previous_url=f"{base}?bookings_before={page.previous_cursor}"
        if page.previous_cursor
        else "",
        next_url=f"{base}?bookings_after={page.next_cursor}" if page.next_cursor else "",
        sees_price=by.may_see("booking.total"),
    )


def _note_on(shared: SharedBooking) -> str:
    names = ", ".join(each.name for each in shared.travellers)
    verb = "travels" if len(shared.travellers) == 1 else "travel"
    parts = (f"{names} {verb}" if names else "", "" if shared.was_member else "lived elsewhere")
    return "; ".join(part for part in parts if part)


def announce(request: HttpRequest, outcome: Outcome, text: str) -> None:
    """The toast of a write with its undo, and a remark for each thing worth knowing."""
    undo = reverse("changes:undo", args=[outcome.change_set_id]) if outcome.change_set_id else ""
    if undo:
        toasts.add(request, text, undo_url=undo)
    else:
        toasts.add(request, "Nothing had changed.", level="info")
    for remark in outcome.remarks:
        toasts.add(request, remark, level="warning")


def _address_of(household: Household) -> dict[str, Any]:
    return {name: getattr(household, name) for name in rules.ADDRESS_FIELDS}
