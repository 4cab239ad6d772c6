"""How the history speaks of points, packages and extras."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, Area, Image, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.loyalty.models import (
    BonusPackage,
    CustomerExtra,
    EarningRule,
    ExtraKind,
    PointsEntry,
    Programme,
)

_BONUS = "customer.bonus"


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "loyalty.view", "edit": "loyalty.edit", "module": "loyalty"}
    wording.declare_area(Area("loyalty", "Bonus and extras", **rights))
    wording.declare_table(
        RecordKind(
            "loyalty_pointsentry",
            phrase=_entry_phrase,
            code=lambda _column, _image: _BONUS,
            codes=frozenset({_BONUS}),
            unshown=("basis", "author_id"),
            **rights,
        )
    )
    wording.declare_table(
        RecordKind(
            "loyalty_bonuspackage",
            phrase=_package_phrase,
            code=_package_code,
            codes=frozenset({_BONUS}),
            **rights,
        )
    )
    wording.declare_table(RecordKind("loyalty_customerextra", phrase=_extra_phrase, **rights))
    kept = {**rights, "edit": ADMINISTER}
    for table, phrase in (
        ("loyalty_programme", _entry_of_list),
        ("loyalty_extrakind", _entry_of_list),
        ("loyalty_earningrule", _rule_phrase),
    ):
        wording.declare_table(RecordKind(table, phrase=phrase, **kept))


def _entry_phrase(row: PointsEntry, teller: Teller) -> str:
    kind = row.get_kind_display().lower()
    return f"bonus points ({kind}) of {teller.name_of(Customer, row.customer_id)}"


def _package_code(column: str, _image: Image) -> str:
    return _BONUS if column == "points" else ""


def _package_phrase(row: BonusPackage, teller: Teller) -> str:
    programme = teller.name_of(Programme, row.programme_id)
    return f"package of “{programme}” of {teller.name_of(Customer, row.customer_id)}"


def _extra_phrase(row: CustomerExtra, teller: Teller) -> str:
    kind = teller.name_of(ExtraKind, row.kind_id)
    return f"extra “{kind}” of {teller.name_of(Customer, row.customer_id)}"


def _entry_of_list(row: Programme | ExtraKind, _teller: Teller) -> str:
    return f"{row._meta.verbose_name} “{row.label}”"


def _rule_phrase(_row: EarningRule, _teller: Teller) -> str:
    return "earning rule of bonus points"
