"""Points of bookings that were travelled, and points that are over: what runs every night.

Asked twice, it does nothing the second time: a booking has one earning line, and what changes
afterwards is corrected by further lines. docs/algorithms/points.md says it in prose.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Conflict
from wayfolk.kit.money import Money, convert
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import Balance, EarningRule, EntryKind, PointsEntry
from wayfolk.loyalty.operations import points
from wayfolk.loyalty.rules import Rule, Travelled, Values
from wayfolk.staff.rules import Actor

BATCH = 500
LONGEST_TRIP = timedelta(days=400)
RECONSIDERED = timedelta(days=400)
FIELDS = tuple(rules.RULE_LABELS)


class StaleRule(Conflict):
    """Somebody saved the rule meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def set_rule(values: Values, *, by: Actor, version: int | None = None) -> EarningRule:
    """The organisation's earning rule; points earned already stay as they are.

    `values`: every name of rules.RULE_LABELS. `version` 0: there was none yet. Raises
    NotAllowed, InvalidValues, StaleRule.
    """
    queries.require_sight(by)
    by.require("organization.administer")
    fields = rules.checked_rule(values).fields
    with change_set(by=by, operation="loyalty.set_rule", summary="Set how points are earned"):
        rule: EarningRule | None = EarningRule.objects.locked().first()
        present = rule.version if rule else 0
        if version is not None and version != present:
            raise StaleRule(
                "The earning rule was changed by someone else while you were editing.",
                details={"version": present, "expected": version},
            )
        if rule is None:
            made: EarningRule = EarningRule.objects.create(**fields)
            return made
        changed = {n: v for n, v in fields.items() if getattr(rule, n) != v}
        for name, value in changed.items():
            setattr(rule, name, value)
        if changed:
            rule.save_changes(*changed)
    return rule


def settle_points(*, by: Actor) -> int:
    """Grant what travelled bookings earned, put right what changed since; how many lines.

    A batch is a change set and a transaction of its own; the rule's row keeps two runs apart.
    """
    written = 0
    with tenancy.scope(by.organization_id):
        rule = EarningRule.objects.first()
        ids = [*_unearned(rule, by), *_changed()] if rule is not None and rule.is_on else []
    for start in range(0, len(ids), BATCH):
        with change_set(by=by, operation="loyalty.earn", summary="") as current:
            rule = EarningRule.objects.locked().first()
            if rule is not None and rule.is_on:
                lines = _settle(rule, ids[start : start + BATCH], by)
                written += lines
                current.summary = current.summary or f"Points of {_bookings_in_words(lines)}"
    return written


def expire_points(*, by: Actor) -> int:
    """Take away the points whose last day is over; how many customers that concerned."""
    today = clock.today(by.time_zone)
    with tenancy.scope(by.organization_id):
        people = list(_with_points_over(today))
    concerned = 0
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        with change_set(by=by, operation="loyalty.expire", summary="Points expired"):
            list(Customer.objects.filter(id__in=batch).locked().values_list("id"))
            ledgers: dict[UUID, list[tuple[int, date | None]]] = defaultdict(list)
            lines = PointsEntry.objects.filter(customer_id__in=batch)
            for customer_id, gained, last in lines.values_list(
                "customer_id", "points", "expires_on"
            ):
                ledgers[customer_id].append((gained, last))
            for customer_id in sorted(ledgers):
                over = rules.expiring(ledgers[customer_id], today)
                if over:
                    points.add_line(
                        customer_id,
                        -over,
                        EntryKind.EXPIRED,
                        by=by,
                        reason="Their last day is over",
                    )
                    concerned += 1
    return concerned


def _with_points_over(today: date) -> Iterator[UUID]:
    """Who has points, and had some whose last day is over; each looked at more closely then."""
    over = PointsEntry.objects.filter(customer_id=OuterRef("id"), expires_on__lt=today)
    rows = Balance.objects.filter(Exists(over), balance__gt=0).order_by("id")
    yield from rows.values_list("id", flat=True)


def _unearned(rule: EarningRule, by: Actor) -> list[UUID]:
    """Confirmed bookings that returned since the rule holds, without an earning line."""
    today = clock.today(by.time_zone)
    earned = PointsEntry.objects.filter(booking_id=OuterRef("id"), kind=EntryKind.EARNED)
    returned = Coalesce("returns_on", "departs_on")
    first = max(rule.from_on, today - RECONSIDERED)
    rows = (
        Booking.objects.select_related(None)
        .filter(departs_on__gte=first - LONGEST_TRIP, departs_on__lt=today)
        .filter(status=BookingStatus.CONFIRMED, customer__deleted_at__isnull=True)
        .annotate(returned=returned)
        .filter(~Exists(earned), returned__gte=first, returned__lt=today)
    )
    return list(rows.order_by("id").values_list("id", flat=True))


def _changed() -> list[UUID]:
    """Bookings written since they earned; most of them are worth what they were.

    A day more, because a long transaction writes the time at which it began.
    """
    since = clock.now().date() - RECONSIDERED
    rows = PointsEntry.objects.filter(
        kind=EntryKind.EARNED,
        entered_on__gte=since,
        booking__updated_at__gt=F("created_at") - timedelta(days=1),
    )
    return list(rows.order_by("booking_id").values_list("booking_id", flat=True))


def _settle(rule: EarningRule, booking_ids: Sequence[UUID], by: Actor) -> int:
    """Lines for these bookings; how many."""
    bookings = list(Booking.objects.filter(id__in=booking_ids).locked())
    former = _lines_of([booking.id for booking in bookings])
    people = {booking.customer_id for booking in bookings}
    people |= {line.customer_id for lines in former.values() for line in lines}
    list(Customer.objects.filter(id__in=people).locked().values_list("id"))
    balances = dict(Balance.objects.filter(id__in=people).values_list("id", "balance"))
    figures = _figures(rule)
    return sum(_settle_one(b, former[b.id], figures, balances, rule, by) for b in bookings)


def _settle_one(
    booking: Booking,
    lines: Sequence[PointsEntry],
    figures: Rule,
    balances: dict[UUID, int],
    rule: EarningRule,
    by: Actor,
) -> int:
    """What a booking adds; nothing where it is what it was when its latest line was written."""
    trip = travelled(booking, by)
    same_owner = not lines or lines[-1].customer_id == booking.customer_id
    if lines and lines[-1].basis == trip.basis and same_owner:
        return 0
    present: dict[UUID, int] = defaultdict(int)
    for line in lines:
        present[line.customer_id] += line.points
    worth = rules.worth(figures, trip)
    found = rules.corrections({booking.customer_id: worth}, present, balances)
    basis = trip.basis
    if sum(present.values()) + sum(found.values()) != worth:
        basis += " owed"  # looked at again, until the customer has points to take back
    # The owner's line comes last: the next run compares with it.
    for customer_id in sorted(found, key=lambda each: each == booking.customer_id):
        kind = EntryKind.CORRECTED if lines else EntryKind.EARNED
        _write(booking, customer_id, found[customer_id], kind, basis, rule, by)
        balances[customer_id] = balances.get(customer_id, 0) + found[customer_id]
    return len(found)


def _write(
    booking: Booking,
    customer_id: UUID,
    added: int,
    kind: str,
    basis: str,
    rule: EarningRule,
    by: Actor,
) -> None:
    why = "Booking" if kind == EntryKind.EARNED else "Changed afterwards: booking"
    last = None
    if added > 0 and rule.months_valid:
        last = rules.after_months(clock.today(by.time_zone), rule.months_valid)
    points.add_line(
        customer_id, added, kind, by=by, reason=f"{why} {booking.number}", expires_on=last,
        booking_id=booking.id, basis=basis,
    )  # fmt: skip


def travelled(booking: Booking, by: Actor) -> Travelled:
    """What the booking's points follow from: confirmed, in the organisation's currency."""
    turnover = convert(
        Money(booking.total_minor, booking.currency), rate=booking.exchange_rate, to=by.currency
    )
    last = booking.returns_on or booking.departs_on
    nights = (last - booking.departs_on).days if last and booking.departs_on else 0
    is_over = last is not None and last < clock.today(by.time_zone)
    earns = booking.status == BookingStatus.CONFIRMED and is_over
    return Travelled(earns, turnover.minor, nights)


def _lines_of(booking_ids: Sequence[UUID]) -> dict[UUID, list[PointsEntry]]:
    """The lines by which bookings earned, the first one first; granted and redeemed are none."""
    found: dict[UUID, list[PointsEntry]] = defaultdict(list)
    rows = PointsEntry.objects.filter(
        booking_id__in=booking_ids, kind__in=(EntryKind.EARNED, EntryKind.CORRECTED)
    )
    for line in rows.order_by("created_at", "id"):
        if line.booking_id is not None:
            found[line.booking_id].append(line)
    return found


def _figures(rule: EarningRule) -> Rule:
    return Rule(
        amount_minor=rule.amount_minor,
        points_per_amount=rule.points_per_amount,
        points_per_night=rule.points_per_night,
        points_per_trip=rule.points_per_trip,
    )


def _bookings_in_words(lines: int) -> str:
    return f"{lines} booking{'' if lines == 1 else 's'}"
