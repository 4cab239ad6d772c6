"""The brand on forms, lists and records; nothing of it is there while there is only one."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django import forms

from wayfolk.organization import brands
from wayfolk.organization.models import Brand

ByReference = Mapping[UUID | None, Brand]


def offer_choice(form: forms.Form, *, is_new: bool = True) -> None:
    """Fill the field `brand` of a new record's form, the first brand chosen; else take it away."""
    known = brands.by_reference()
    offered = [(str(each or ""), brand.name) for each, brand in known.items() if brand.is_active]
    if is_new and len(offered) > 1:
        cast("forms.ChoiceField", form.fields["brand"]).choices = offered
    else:
        del form.fields["brand"]


def offer_filter(form: forms.Form, known: ByReference, *, every: str = "Any") -> None:
    """Fill the field `brand` of a list's filters, by short codes; or take it away."""
    if not known:
        del form.fields["brand"]
        return
    choices = [("", every), *((brand.code, brand.name) for brand in known.values())]
    cast("forms.ChoiceField", form.fields["brand"]).choices = choices


def by_code(known: ByReference, code: str) -> Brand | None:
    """The brand that a filter names, None for none."""
    return next((brand for brand in known.values() if brand.code == code), None)


def name_of(brand_id: UUID | None) -> str:
    """What a record's brand is called; "" while there is only one."""
    brand = brands.by_reference().get(brand_id)
    return brand.name if brand else ""
