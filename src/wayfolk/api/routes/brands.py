"""Brands: the names under which the organisation sells, and the numbers of each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import brands as shapes
from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import NotFound
from wayfolk.organization import brands
from wayfolk.organization.models import Brand, NumberRange
from wayfolk.sales.operations import lists
from wayfolk.sales.queries import offers
from wayfolk.staff.rules import Actor

router = Resource()


@router.get("/brands", response=shapes.Brands)
def list_brands(request: HttpRequest) -> Any:
    """The first brand, then the others by name."""
    by = actor_of(request)
    return shapes.Brands.model_construct(items=_shown(_all_brands(by)))


@router.post("/brands", response={201: shapes.Brand})
def create_brand(request: HttpRequest, body: shapes.NewBrand) -> Any:
    """Add a brand; without ranges of its own it takes the organisation's next numbers."""
    made = brands.create_brand(body.name, body.code, by=actor_of(request))
    return Status(201, _shown([made])[0])


@router.patch("/brands/{code}", response=shapes.Brand)
def change_brand(request: HttpRequest, code: str, body: shapes.BrandChanges) -> Any:
    """Rename a brand, switch it off or on, set its reminder days; records keep their brand."""
    by = actor_of(request)
    by.require("organization.administer")
    sent = body.sent()
    with change_set(by=by, operation="organization.update_brand", summary=""):
        brand = _brand(code, by)
        if {"name", "code"} & sent.keys():
            names = {"name": brand.name, "code": brand.code} | sent
            brand = brands.update_brand(brand.id, names["name"], names["code"], by=by)
        if "is_active" in sent:
            brand = brands.set_in_use(brand.id, sent["is_active"], by=by)
        if "reminder_days" in sent:
            lists.set_brand_reminders(brand.id, sent["reminder_days"], by=by)
    return _shown([brand])[0]


@router.post("/brands/{code}/ranges", response={201: shapes.NumberRange})
def add_number_range(request: HttpRequest, code: str, body: shapes.NewNumberRange) -> Any:
    """Give a brand numbers of its own, in no other range and not given yet."""
    by = actor_of(request)
    reference = brands.reference_of(_brand(code, by))
    return Status(201, _range(brands.add_range(reference, by=by, **body.model_dump())))


@router.delete("/brands/{code}/ranges/{id}", response={204: None})
def remove_number_range(request: HttpRequest, code: str, id: UUID) -> Any:  # noqa: A002
    """Take a range away of which no number was given."""
    by = actor_of(request)
    reference = brands.reference_of(_brand(code, by))
    if id not in {each.id for each in brands.list_ranges() if each.brand_id == reference}:
        raise NotFound("The brand has no such range.")
    brands.remove_range(id, by=by)
    return Status(204, None)


def _all_brands(by: Actor) -> list[Brand]:
    return brands.list_brands() or [brands.first_brand(by)]


def _brand(code: str, by: Actor) -> Brand:
    for brand in _all_brands(by):
        if brand.code == code:
            return brand
    raise NotFound(f"There is no brand {code[:20]}.")


def _shown(listed: Sequence[Brand]) -> list[shapes.Brand]:
    ranges, days = brands.list_ranges(), offers.brand_reminders()
    return [
        shapes.Brand.model_construct(
            code=brand.code,
            name=brand.name,
            is_first=brand.is_default,
            is_active=brand.is_active,
            reminder_days=days.get(brand.id),
            ranges=[_range(r) for r in ranges if r.brand_id == brands.reference_of(brand)],
        )
        for brand in listed
    ]


def _range(each: NumberRange) -> shapes.NumberRange:
    return shapes.NumberRange.model_construct(
        id=each.id, kind=each.kind, first=each.first, last=each.last, next=each.next_value
    )
