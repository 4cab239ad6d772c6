"""Human numbers, unique per organisation and kind; bookings and offers in ranges of brands."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from wayfolk.kit import clock, ids, tenancy
from wayfolk.kit.errors import Refusal
from wayfolk.organization.models import Brand, NumberRange, RangedKind


class NumbersUsedUp(Refusal):
    """The brand has ranges for the kind, and too few numbers are left in them."""

    code = "numbers_used_up"


def take_numbers(kind: str, count: int = 1, *, brand_id: UUID | None = None) -> range:
    """The next `count` numbers in a row; never given twice, gaps are possible.

    A brand (None: the default one) without ranges for the kind, and every other kind, counts on
    in the organisation's own sequence, which leaves the ranges out. Locks that sequence or the
    brand's ranges until the transaction ends. Raises NumbersUsedUp.
    """
    if kind not in RangedKind.values:
        return _count_on(kind, count)
    ranges = list(NumberRange.objects.filter(kind=kind, brand_id=brand_id).locked())
    if ranges:
        return _take_of(ranges, count)
    taken = _count_on(kind, count)
    # Looked at after the lock of the sequence: a range that was added meanwhile is seen.
    start = _past_ranges(taken, NumberRange.objects.filter(kind=kind).order_by("first"))
    if start > taken.start:
        _count_on(kind, start - taken.start)
    return range(start, start + count)


def take_number(kind: str, *, brand_id: UUID | None = None) -> int:
    return take_numbers(kind, brand_id=brand_id)[0]


def _count_on(kind: str, count: int) -> range:
    """Numbers of the organisation's sequence. Of 0 it is only locked, and tells its next one."""
    organization_id = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organization_numbering"
            " (id, organization_id, kind, next_value, version, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, 1, %s, %s) ON CONFLICT (organization_id, kind)"
            " DO UPDATE SET next_value = organization_numbering.next_value + %s"
            " RETURNING next_value",
            [ids.new_id(), organization_id, kind, 1 + count, clock.now(), clock.now(), count],
        )
        after = int(cursor.fetchone()[0])
    return range(after - count, after)


def next_outside_ranges(kind: str) -> int:
    """Where the organisation's own sequence stands; locked until the transaction ends."""
    return _count_on(kind, 0).start


def _past_ranges(taken: range, ranges: Sequence[NumberRange]) -> int:
    """Where as many numbers in a row begin that lie in no range; `ranges` in their order."""
    start = taken.start
    for each in ranges:
        if each.first < start + len(taken) and start <= each.last:
            start = each.last + 1
    return start


def _take_of(ranges: Sequence[NumberRange], count: int) -> range:
    """The lowest `count` numbers in a row of these locked ranges of one brand."""
    found = min((r for r in ranges if r.left >= count), key=lambda r: r.first, default=None)
    if found is None:
        raise _used_up(ranges, count)
    start = found.next_value
    found.next_value = start + count
    found.save_changes("next_value")
    return range(start, start + count)


def _used_up(ranges: Sequence[NumberRange], count: int) -> NumbersUsedUp:
    brand_id = ranges[0].brand_id
    brand = Brand.objects.filter(**({"id": brand_id} if brand_id else {"is_default": True})).first()
    whose = f"of the brand {brand}" if brand else "of your organisation"
    spans = ", ".join(str(each) for each in sorted(ranges, key=lambda each: each.first))
    label = RangedKind(ranges[0].kind).label
    needed = "used up" if count == 1 else f"too short for {count} more in a row"
    return NumbersUsedUp(
        f"The numbers ({label}) {whose} are {needed}: its ranges are {spans}. Nothing was changed."
        " An administrator can add another range under Settings, Brands.",
        details={"kind": ranges[0].kind, "left": max(each.left for each in ranges)},
    )
