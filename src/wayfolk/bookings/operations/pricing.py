"""Lines of a booking: its price and cost in parts. Each function is one change set.

Triggers keep the booking's price and cost the sums of its lines, and the totals of its customer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.bookings import adjustment_rules, line_rules, rules
from wayfolk.bookings.line_rules import LineData
from wayfolk.bookings.lines import obstacle_to
from wayfolk.bookings.models import (
    Booking,
    BookingLine,
    LineCategory,
    PickupPoint,
    PriceAdjustment,
)
from wayfolk.bookings.operations.recording import lock_booking, require_version
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.kit.money import Money
from wayfolk.staff.rules import Actor

_VALUES = ("position", "category_id", "kind", *list(line_rules.LABELS)[1:])


@dataclass
class _Work:
    """A booking whose lines change: as they are stored, and as they are to be."""

    booking: Booking
    stored: list[BookingLine]
    current: OpenChangeSet
    by: Actor

    def find(self, line_id: UUID) -> BookingLine:
        for line in self.stored:
            if line.id == line_id:
                return line
        raise NotFound(f"Booking {self.booking.number} has no such line any more. Reload the page.")

    def say(self, summary: str) -> None:
        self.current.summary = self.current.summary or f"{summary} booking {self.booking}"


def add_line(
    booking_id: UUID, data: LineData, *, by: Actor, version: int | None = None
) -> BookingLine:
    """A new line at the end; category and price are needed (a pickup point gives its own).

    Where it is the first one, what the booking cost so far becomes a Basic line before it.
    Raises NotFound, NotAllowed, InvalidValues, StaleBooking.
    """
    with _work_on(booking_id, by=by, version=version, operation="add_line") as work:
        lines = work.stored or _price_so_far(work)
        added = _drawn(BookingLine(booking=work.booking), data, work)
        work.say(f"Added the line {_name(added)} to")
        _store(work, [*lines, added])
    return added


def update_line(
    booking_id: UUID, line_id: UUID, data: LineData, *, by: Actor, version: int | None = None
) -> BookingLine:
    """Change a line; `version` is the booking's. Raises as add_line."""
    with _work_on(booking_id, by=by, version=version, operation="change_line") as work:
        line = _drawn(work.find(line_id), data, work)
        work.say(f"Changed the line {_name(line)} of")
        _store(work, work.stored)
    return line


def remove_line(
    booking_id: UUID, line_id: UUID, *, by: Actor, version: int | None = None
) -> BookingLine:
    """Take a line off. After the last one the price stays what it was then."""
    with _work_on(booking_id, by=by, version=version, operation="remove_line") as work:
        gone = work.find(line_id)
        work.say(f"Removed the line {_name(gone)} from")
        _store(work, [line for line in work.stored if line is not gone])
    return gone


def set_lines(
    booking_id: UUID, lines: Sequence[LineData], *, by: Actor, version: int | None = None
) -> list[BookingLine]:
    """Make these the booking's lines, in this order: those with an id are changed, others new.

    Raises as add_line; the fields of InvalidValues begin with the line's place, counted from 0.
    """
    with _work_on(booking_id, by=by, version=version, operation="set_lines") as work:
        wanted = []
        for place, data in enumerate(lines):
            line = work.find(data.id) if data.id else BookingLine(booking=work.booking)
            if line in wanted:
                raise InvalidValues({f"{place}.id": "The same line stands here twice."})
            try:
                wanted.append(_drawn(line, data, work))
            except InvalidValues as refused:
                errors = {f"{place}.{name}": words for name, words in refused.errors.items()}
                raise InvalidValues(errors) from refused
        work.say("Set the lines of")
        _store(work, wanted)
    return wanted


@contextmanager
def _work_on(
    booking_id: UUID, *, by: Actor, version: int | None, operation: str
) -> Iterator[_Work]:
    """The booking locked, and then its lines."""
    by.require_module("bookings")
    by.require("bookings.edit")
    _require_right("amount_minor", by)
    with change_set(by=by, operation=f"bookings.{operation}", summary="") as current:
        booking = lock_booking(booking_id)
        require_version(booking, version)
        rows = BookingLine.objects.filter(booking_id=booking_id).select_related("category")
        yield _Work(booking, list(rows.order_by("position", "id")), current, by)


def _require_right(name: str, by: Actor) -> None:
    if not by.may_edit(line_rules.FIELD_RULES[name]):
        label = line_rules.LABELS[name]
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change the {label} of"
            " bookings. An administrator can allow it under Settings, Roles.",
            details={"fields": [label]},
        )


def _price_so_far(work: _Work) -> list[BookingLine]:
    """The booking's own price and cost as a line; none where it is for nothing."""
    booking = work.booking
    if not booking.total_minor and not booking.cost_minor:
        return []
    kind = line_rules.DISCOUNT if booking.total_minor < 0 else line_rules.BASIC
    return [
        BookingLine(
            booking=booking,
            category=LineCategory.objects.get(code=kind),
            kind=kind,
            currency=booking.currency,
            description=booking.product,
            amount_minor=booking.total_minor,
            cost_minor=booking.cost_minor,
        )
    ]


def _drawn(line: BookingLine, data: LineData, work: _Work) -> BookingLine:
    """The line with these values, not stored yet. Raises NotAllowed, InvalidValues."""
    fields = dict(line_rules.checked(data).fields)
    if "cost_minor" in fields and fields["cost_minor"] != line.cost_minor:
        _require_right("cost_minor", work.by)
    line.currency = work.booking.currency
    if "category_id" in fields:
        _choose_category(line, fields.pop("category_id"))
    if "pickup_point_id" in fields:
        _choose_pickup_point(line, fields.pop("pickup_point_id"), fields)
    if "adjustment_id" in fields or "bonus_code" in fields:
        _choose_adjustment(line, fields, work)
    for name, value in fields.items():
        setattr(line, name, value)
    _require_whole(line)
    return line


def _choose_category(line: BookingLine, category_id: UUID | None) -> None:
    """A retired one stays on the lines that have it."""
    if category_id == line.category_id:
        return
    category = LineCategory.objects.filter(id=category_id).first()
    if category is None or category.is_retired:
        what = f"“{category}” is retired" if category else "There is no such category"
        raise InvalidValues({"category_id": f"{what}. Choose one from the list."})
    line.category, line.kind = category, category.kind
    if line.kind != line_rules.PICKUP:
        line.pickup_point = None
    if line.kind not in adjustment_rules.KINDS:
        line.adjustment = None


def _choose_pickup_point(
    line: BookingLine, pickup_point_id: UUID | None, fields: dict[str, Any]
) -> None:
    """What is not said is as the catalogue has it: category, description, price and cost."""
    if pickup_point_id == line.pickup_point_id:
        return
    if pickup_point_id is None:
        line.pickup_point = None
        return
    point = PickupPoint.objects.filter(id=pickup_point_id).first()
    if point is None or point.is_retired:
        what = f"The pickup point {point} is retired" if point else "There is no such pickup point"
        raise InvalidValues({"pickup_point_id": f"{what}. Choose one from the list."})
    if not line.category_id:
        _choose_category(line, LineCategory.objects.get(code=line_rules.PICKUP).id)
    if line.kind != line_rules.PICKUP:
        raise InvalidValues(
            {
                "pickup_point_id": f"“{line.category}” is no category of pickup points. Choose one"
                " that is, or leave the pickup point out."
            }
        )
    line.pickup_point = point
    if not fields.get("description"):
        fields["description"] = line_rules.description_of(point)
    if point.currency == line.currency:
        for name, minor in point.amounts_for(fields.get("pax") or line.pax).items():
            fields.setdefault(name, minor)


def _choose_adjustment(line: BookingLine, fields: dict[str, Any], work: _Work) -> None:
    """A discount or supplement of the catalogue, by its bonus code where one is said.

    What is not said is as the catalogue has it: category, description and price.
    """
    chosen, bonus_code = fields.pop("adjustment_id", None), fields.pop("bonus_code", "")
    if bonus_code:
        adjustment = PriceAdjustment.objects.filter(bonus_code=bonus_code.strip().upper()).first()
        name, unknown = "bonus_code", f"There is no bonus code “{bonus_code[:40]}”."
    elif chosen == line.adjustment_id:
        return
    elif chosen is None:
        line.adjustment = None
        return
    else:
        adjustment = PriceAdjustment.objects.filter(id=chosen, bonus_code="").first()
        name, unknown = "adjustment_id", "There is no such discount or supplement."
    others = [each for each in work.stored if each is not line]
    obstacle = obstacle_to(adjustment, work.booking, others) if adjustment else unknown
    if adjustment is None or obstacle:
        raise InvalidValues({name: f"{obstacle} Choose another one, or leave it out."})
    if not line.category_id:
        _choose_category(line, LineCategory.objects.get(code=adjustment.kind).id)
    if line.kind != adjustment.kind:
        raise InvalidValues(
            {
                name: f"“{line.category}” is no category of"
                f" {adjustment.kind}s. Choose one that is, or leave it out."
            }
        )
    line.adjustment = adjustment
    if not fields.get("description"):
        fields["description"] = line_rules.description_of(adjustment)
    pax = fields.get("pax") or line.pax or work.booking.pax
    if adjustment.is_per_passenger:
        fields.setdefault("pax", pax)
    fields.setdefault(
        "amount_minor",
        adjustment_rules.amount_of(
            kind=adjustment.kind,
            rate=adjustment.rate,
            amount_minor=adjustment.amount_minor,
            count=pax if adjustment.is_per_passenger else 1,
            basic_minor=_basic_price(work.booking, others),
        ),
    )


def _basic_price(booking: Booking, present: Sequence[BookingLine]) -> int:
    """Of a booking without lines all is basic."""
    if not present:
        return booking.total_minor
    return sum(line.amount_minor for line in present if line.kind == line_rules.BASIC)


def _require_whole(line: BookingLine) -> None:
    needed = {
        "category_id": "The category is missing: say what kind of line this is.",
        "amount_minor": f"The price is missing: say how much, in {line.currency}.",
    }
    missing = {name: words for name, words in needed.items() if getattr(line, name) is None}
    if missing:
        raise InvalidValues(missing)
    line_rules.require_sign(
        line.kind, Money(line.amount_minor, line.currency), category=line.category.name
    )


def _store(work: _Work, wanted: Sequence[BookingLine]) -> None:
    """Write what differs, in few statements; the booking's version moves on with its lines."""
    _require_room(work, wanted)
    for position, line in enumerate(wanted, 1):
        line.position = position
    stored = {row["id"]: row for row in _stored_values(work.booking.id)}
    added = [line for line in wanted if line.id not in stored]
    is_changed = False
    for line in wanted:
        was = stored.get(line.id)
        changed = [name for name in _VALUES if was and getattr(line, name) != was[name]]
        if changed:
            is_changed = True
            line.save_changes(*(name.removesuffix("_id") for name in changed))
    gone = set(stored) - {line.id for line in wanted}
    BookingLine.objects.bulk_create(added)
    if gone:
        BookingLine.objects.filter(id__in=gone).delete()
    if added or gone or is_changed:
        move_on(work.booking)


def _stored_values(booking_id: UUID) -> Sequence[dict[str, Any]]:
    return list(BookingLine.objects.filter(booking_id=booking_id).values("id", *_VALUES))


def _require_room(work: _Work, wanted: Sequence[BookingLine]) -> None:
    """Raises InvalidValues for more lines, or a larger sum, than a booking can hold."""
    if len(wanted) > line_rules.LINES_MAX:
        raise InvalidValues(
            {"lines": f"A booking has at most {line_rules.LINES_MAX} lines, not {len(wanted)}."}
        )
    booking = work.booking
    whole = {name: getattr(booking, name) for name in rules.LABELS}
    sums = {
        "total_minor": sum(line.amount_minor for line in wanted),
        "cost_minor": sum(line.cost_minor or 0 for line in wanted),
    }
    try:
        rules.require_consistent({**whole, **sums}, base_currency=work.by.currency)
    except InvalidValues as refused:
        shown = {"total_minor": "amount_minor"}
        raise InvalidValues({shown.get(n, n): words for n, words in refused.errors.items()}) from (
            refused
        )


def move_on(booking: Booking) -> None:
    """Whoever edits the booking or another line now has seen an older one."""
    version = booking.version
    booking.refresh_from_db()
    if booking.version == version:
        booking.save_changes()


def _name(line: BookingLine) -> str:
    name = line.category.name
    return f"{name} ({line.description})" if line.description else name
