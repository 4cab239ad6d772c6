"""How the history speaks of offers and catalog orders."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import NEVER, Area, Image, RecordKind, Teller
from wayfolk.kit.money import Money
from wayfolk.organization.models import Brand
from wayfolk.sales.models import BrandReminders, Offer, OfferReminder
from wayfolk.sales.rules import offers, orders

_ADMINISTER = "organization.administer"


def declare() -> None:
    """Called by audit once every application is loaded."""
    selling: dict[str, Any] = {"view": "offers.view", "edit": "offers.edit", "module": "offers"}
    ordering: dict[str, Any] = {
        "view": "catalogs.view",
        "edit": "catalogs.edit",
        "module": "catalogs",
    }
    wording.declare_area(Area("offers", "Offers", **selling))
    wording.declare_area(Area("catalogs", "Catalog orders", **ordering))
    # Taken back, it would be due once more, and go out a second time within the hour.
    wording.declare_operation("offers.remind", undo_permission=NEVER)
    wording.declare_table(
        RecordKind(
            "sales_offer",
            code=lambda column, _image: offers.FIELD_RULES.get(column, ""),
            codes=frozenset(offers.FIELD_RULES.values()),
            words=_words,
            unshown=("created_by_id", "updated_by_id"),
            **selling,
        )
    )
    wording.declare_table(RecordKind("sales_offerreminder", phrase=_reminder_phrase, **selling))
    wording.declare_table(
        RecordKind(
            "sales_catalogorder",
            code=lambda column, _image: orders.FIELD_RULES.get(column, ""),
            codes=frozenset(orders.FIELD_RULES.values()),
            unshown=("created_by_id", "updated_by_id"),
            **ordering,
        )
    )
    wording.declare_table(RecordKind("sales_closereason", **{**selling, "edit": _ADMINISTER}))
    wording.declare_table(RecordKind("sales_offersettings", **{**selling, "edit": _ADMINISTER}))
    wording.declare_table(
        RecordKind("sales_brandreminders", phrase=_days_phrase, **{**selling, "edit": _ADMINISTER})
    )
    wording.declare_table(RecordKind("sales_catalogue", **{**ordering, "edit": _ADMINISTER}))


def _days_phrase(row: BrandReminders, teller: Teller) -> str:
    return f"reminder days of {teller.name_of(Brand, row.brand_id)}"


def _reminder_phrase(row: OfferReminder, teller: Teller) -> str:
    return f"reminder of {row.due_on} of offer {teller.name_of(Offer, row.offer_id)}"


def _words(column: str, value: Any, image: Image) -> str | None:
    if column != "price_minor":
        return None
    return str(Money(int(value), str(image.get("currency", ""))))
