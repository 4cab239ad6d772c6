"""Brands and their number ranges (TQ-50, TQ-53): what there is, and changing it.

Until an administrator adds a second brand nothing of brands is stored or shown: the first one is
the organisation itself. What belongs to it refers to None.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.organization import numbering
from wayfolk.organization.models import Brand, NumberRange, RangedKind
from wayfolk.staff.rules import Actor

NAME_MAX, CODE_MAX = 80, 8
NUMBER_MAX = 10**15 - 1  # as many digits as a search for a number takes
_ADMINISTER = "organization.administer"
_CODE = re.compile(r"[A-Z0-9]{2,8}")


class FirstBrandStays(Refusal):
    """Records that name no brand are the first one's."""

    code = "first_brand_stays"


class NumbersGiven(Refusal):
    """Numbers of the range belong to records already."""

    code = "numbers_given"


def list_brands() -> list[Brand]:
    """The first brand, then the others by name; none in an organisation that knows no brands."""
    return list(Brand.objects.order_by("-is_default", "name", "id"))


def by_reference() -> dict[UUID | None, Brand]:
    """Each brand under what its records refer to; empty, so that nothing shows, below two."""
    listed = list_brands()
    return {reference_of(brand): brand for brand in listed} if len(listed) > 1 else {}


def reference_of(brand: Brand) -> UUID | None:
    """What records of the brand refer to it with: None for the first one."""
    return None if brand.is_default else brand.id


def records_of(brand: Brand) -> dict[str, Any]:
    """The filter of records with a brand: those of this one."""
    return {"brand_id": reference_of(brand)}


def find_brand(written: str) -> Brand:
    """The brand of this code or name; raises InvalidValues naming those that there are."""
    wanted = text.fold(written)
    listed = list_brands()
    for brand in listed:
        if wanted in {text.fold(brand.code), text.fold(brand.name)}:
            return brand
    known = ", ".join(brand.code for brand in listed) or "none: there is one brand only"
    raise InvalidValues({"brand": f"“{written[:40]}” is no brand. There are: {known}."})


def chosen(brand_id: UUID | None) -> Brand | None:
    """The brand for a new record, None for the first one.

    Raises InvalidValues for one that is gone or switched off.
    """
    if brand_id is None:
        return None
    brand: Brand | None = Brand.objects.filter(id=brand_id).first()
    if brand is None:
        raise InvalidValues({"brand_id": "There is no such brand. Choose one from the list."})
    if not brand.is_active:
        raise InvalidValues(
            {
                "brand_id": f"The brand {brand} is switched off. Choose another one, or have it"
                " switched on under Settings, Brands."
            }
        )
    return None if brand.is_default else brand


def list_ranges() -> Sequence[NumberRange]:
    """All ranges, by kind and numbers."""
    return list(NumberRange.objects.order_by("kind", "first"))


def create_brand(name: str, code: str, *, by: Actor) -> Brand:
    """A further brand; with it the first one gets its row, under the organisation's name.

    Raises InvalidValues (a name or code that is missing or taken), NotAllowed.
    """
    by.require(_ADMINISTER)
    with change_set(by=by, operation="organization.create_brand", summary="") as current:
        present = _locked_brands() or [_first_brand(by, unlike=code)]
        name, code = _checked(name, code, present)
        current.summary = current.summary or f"Created the brand {name}"
        if present[0]._state.adding:
            present[0].save(force_insert=True)
        brand = Brand(name=name, code=code)
        brand.save(force_insert=True)
    return brand


def update_brand(brand_id: UUID, name: str, code: str, *, by: Actor) -> Brand:
    """Another name or code; records show the new one. Raises InvalidValues, NotFound."""
    by.require(_ADMINISTER)
    with change_set(by=by, operation="organization.update_brand", summary="") as current:
        present = _locked_brands()
        brand = _found(brand_id, present)
        name, code = _checked(name, code, [each for each in present if each is not brand])
        current.summary = current.summary or f"Changed the brand {brand.name} to {name} ({code})"
        if (brand.name, brand.code) != (name, code):
            brand.name, brand.code = name, code
            brand.save_changes("name", "code")
    return brand


def set_in_use(brand_id: UUID, is_active: bool, *, by: Actor) -> Brand:
    """Offer a brand for new records or stop doing so; what has it keeps it.

    Raises FirstBrandStays, NotFound.
    """
    by.require(_ADMINISTER)
    with change_set(by=by, operation="organization.switch_brand", summary="") as current:
        brand = _found(brand_id, _locked_brands())
        if brand.is_default and not is_active:
            raise FirstBrandStays(
                f"{brand} is your first brand: records that name no brand are its, so it stays in"
                " use. Give it another name instead."
            )
        current.summary = current.summary or (
            f"{'Switched on' if is_active else 'Switched off'} the brand {brand}"
        )
        if brand.is_active != is_active:
            brand.is_active = is_active
            brand.save_changes("is_active")
    return brand


def add_range(
    brand_id: UUID | None, kind: str, first: int | None, last: int | None, *, by: Actor
) -> NumberRange:
    """Give a brand (None: the first) these numbers, both ends included; it takes none outside.

    Raises InvalidValues where they are no range, were given already, or meet another range.
    """
    by.require(_ADMINISTER)
    with change_set(by=by, operation="organization.add_range", summary="") as current:
        brand = _found(brand_id, _locked_brands()) if brand_id else None
        begins, ends = _checked_span(kind, first, last)
        _require_apart(kind, begins, ends, by)
        _require_not_given(kind, begins)
        added = NumberRange(kind=kind, first=begins, last=ends, next_value=begins)
        added.brand_id = None if brand is None else reference_of(brand)
        current.summary = current.summary or (
            f"Gave the numbers {added} ({_label(kind)}) to {_name_of(added.brand_id, by)}"
        )
        added.save(force_insert=True)
    return added


def remove_range(range_id: UUID, *, by: Actor) -> None:
    """Take a range away of which no number was given. Raises NumbersGiven, NotFound."""
    by.require(_ADMINISTER)
    with change_set(by=by, operation="organization.remove_range", summary="") as current:
        found: NumberRange | None = NumberRange.objects.filter(id=range_id).locked().first()
        if found is None:
            raise NotFound("There is no such range. It may have been taken away meanwhile.")
        if found.next_value > found.first:
            raise NumbersGiven(
                f"Numbers up to {found.next_value - 1} of the range {found} have been given, so it"
                " stays. Add another range for what comes after it."
            )
        whose = _name_of(found.brand_id, by)
        current.summary = current.summary or (
            f"Took the numbers {found} ({_label(found.kind)}) from {whose}"
        )
        NumberRange.objects.filter(id=range_id).delete()


def first_brand(by: Actor) -> Brand:
    """The first brand as stored, or, while there is no other one, as it would be."""
    stored: Brand | None = Brand.objects.filter(is_default=True).first()
    return stored or _first_brand(by, unlike="")


def _first_brand(by: Actor, *, unlike: str) -> Brand:
    """Not stored yet: named after the organisation, its code made of the initials."""
    name = by.organization_name[:NAME_MAX] or "First brand"
    initials = "".join(word[0] for word in text.fold(name).split() if word[0].isalnum()).upper()
    code = initials[:CODE_MAX]
    if not _CODE.fullmatch(code) or code == unlike.strip().upper():
        code = "FIRST" if unlike.strip().upper() == "MAIN" else "MAIN"
    return Brand(name=name, code=code, is_default=True)


def _locked_brands() -> list[Brand]:
    """All of them, the first brand first."""
    return sorted(Brand.objects.all().locked(), key=lambda brand: not brand.is_default)


def _found(brand_id: UUID, present: Sequence[Brand]) -> Brand:
    brand = next((each for each in present if each.id == brand_id), None)
    if brand is None:
        raise NotFound("There is no such brand. It may have been taken back meanwhile.")
    return brand


def _checked(name: str, code: str, others: Sequence[Brand]) -> tuple[str, str]:
    """Both cleaned; raises InvalidValues naming each fault."""
    name, code = text.clean(name), text.clean(code).upper()
    errors = {}
    if not 0 < len(name) <= NAME_MAX:
        errors["name"] = f"A brand needs a name of 1 to {NAME_MAX} characters."
    elif text.fold(name) in {text.fold(each.name) for each in others}:
        errors["name"] = f"There is a brand “{name}” already. Choose another name."
    if not _CODE.fullmatch(code):
        errors["code"] = f"“{code[:20]}” is no short code: write 2 to {CODE_MAX} letters or digits."
    elif code in {each.code for each in others}:
        errors["code"] = f"Another brand has the code {code}. Choose another one."
    if errors:
        raise InvalidValues(errors)
    return name, code


def _checked_span(kind: str, first: int | None, last: int | None) -> tuple[int, int]:
    errors = {}
    if kind not in RangedKind.values:
        errors["kind"] = f"“{kind[:20]}” is no kind of numbers that run in ranges."
    for name, value in (("first", first), ("last", last)):
        if value is None or not 1 <= value <= NUMBER_MAX:
            errors[name] = f"The {name} number must be a whole number from 1 to {NUMBER_MAX}."
    if not errors and first is not None and last is not None and last < first:
        errors["last"] = f"The range would end ({last}) before it begins ({first})."
    if errors or first is None or last is None:
        raise InvalidValues(errors)
    return first, last


def _require_apart(kind: str, first: int, last: int, by: Actor) -> None:
    """Raises InvalidValues naming the range that these numbers meet, and whose it is."""
    met = NumberRange.objects.filter(kind=kind, first__lte=last, last__gte=first)
    other = met.order_by("first").first()
    if other is not None:
        raise InvalidValues(
            {
                "first": f"{first} to {last} meets the range {other} of"
                f" {_name_of(other.brand_id, by)}. Choose numbers that lie in no other range, or"
                " take that one away first, if none of its numbers has been given."
            }
        )


def _require_not_given(kind: str, first: int) -> None:
    counted = numbering.next_outside_ranges(kind)
    if first < counted:
        raise InvalidValues(
            {
                "first": f"Numbers up to {counted - 1} ({_label(kind)}) have been given already."
                f" Let the range begin at {counted} or later."
            }
        )


def _name_of(brand_id: UUID | None, by: Actor) -> str:
    brand = Brand.objects.filter(id=brand_id).first() if brand_id else first_brand(by)
    return str(brand)


def _label(kind: str) -> str:
    return str(RangedKind(kind).label)
