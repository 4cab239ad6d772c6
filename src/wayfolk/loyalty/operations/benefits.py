"""Bonus packages and customer extras: giving, changing, using, ending them."""

from typing import Any, TypeVar
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.operations import lock_customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound, Refusal
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import (
    BonusPackage,
    CustomerExtra,
    EntryKind,
    ExtraKind,
    PackageStatus,
    Programme,
)
from wayfolk.loyalty.operations import points
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor

Benefit = TypeVar("Benefit", BonusPackage, CustomerExtra)


class StaleBenefit(Conflict):
    """Somebody saved it meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


class NotUsable(Refusal):
    """Used up, ended, over, or not begun yet."""

    code = "not_usable"


def create_package(customer_id: UUID, values: Values, *, by: Actor) -> BonusPackage:
    """A package of points or a benefit, valid from today unless said. Raises InvalidValues ..."""
    require_rights(by)
    given = rules.checked_package(values).fields
    fields = {"valid_from": clock.today(by.time_zone), **given}
    rules.require_package(fields)
    if fields.get("points"):
        points.require_rights(by)
    with change_set(by=by, operation="loyalty.create_package", summary="") as current:
        customer = lock_customer(customer_id)
        _require_listed(Programme, fields["programme_id"], "programme_id")
        package = BonusPackage(customer=customer, **fields)
        current.summary = current.summary or f"Gave {customer.name} a package of “{package}”"
        package.save(force_insert=True)
    return package


def update_package(
    package_id: UUID, values: Values, *, by: Actor, version: int | None = None
) -> BonusPackage:
    """Change a package that is active. Raises NotFound, StaleBenefit, NotUsable, InvalidValues."""
    require_rights(by)
    cleaned = rules.checked_package(values).fields
    with change_set(by=by, operation="loyalty.update_package", summary="") as current:
        package = _lock(BonusPackage, package_id, version)
        _require_active(package)
        changed = _apply(package, cleaned)
        if {"points"} & set(changed):
            points.require_rights(by)
        rules.require_package({name: getattr(package, name) for name in rules.PACKAGE_LABELS})
        if "programme_id" in changed:
            _require_listed(Programme, package.programme_id, "programme_id")
        name = package.customer.name
        current.summary = current.summary or f"Changed a bonus package of {name}"
        if changed:
            package.save_changes(*changed)
    return package


def use_package(package_id: UUID, *, by: Actor, version: int | None = None) -> BonusPackage:
    """The customer had it; its points, if any, are added to their ledger. Raises NotUsable."""
    require_rights(by)
    today = clock.today(by.time_zone)
    with change_set(by=by, operation="loyalty.use_package", summary="") as current:
        package = _lock(BonusPackage, package_id, version)
        _require_active(package)
        _require_valid_today(package, by)
        name = package.customer.name
        current.summary = current.summary or f"Used a bonus package of {name}"
        if package.points:
            points.require_rights(by)
            points.add_line(
                package.customer_id, package.points, EntryKind.GRANTED, by=by,
                reason=f"Package of “{package}”"[:200],
            )  # fmt: skip
        package.status, package.closed_on = PackageStatus.USED, today
        package.save_changes("status", "closed_on")
    return package


def end_package(package_id: UUID, *, by: Actor, version: int | None = None) -> BonusPackage:
    """It is not to be used any more. Raises NotUsable for one that is used or ended already."""
    require_rights(by)
    with change_set(by=by, operation="loyalty.end_package", summary="") as current:
        package = _lock(BonusPackage, package_id, version)
        _require_active(package)
        name = package.customer.name
        current.summary = current.summary or f"Ended a bonus package of {name}"
        package.status, package.closed_on = PackageStatus.ENDED, clock.today(by.time_zone)
        package.save_changes("status", "closed_on")
    return package


def create_extra(customer_id: UUID, values: Values, *, by: Actor) -> CustomerExtra:
    """An extra of one of the kinds, once and from today unless said (TQ-20)."""
    require_rights(by)
    given = rules.checked_extra(values).fields
    fields = {"valid_from": clock.today(by.time_zone), "quantity": 1, **given}
    rules.require_extra(fields, used=0)
    with change_set(by=by, operation="loyalty.create_extra", summary="") as current:
        customer = lock_customer(customer_id)
        _require_listed(ExtraKind, fields["kind_id"], "kind_id")
        extra = CustomerExtra(customer=customer, **fields)
        current.summary = current.summary or f"Gave {customer.name} the extra “{extra}”"
        extra.save(force_insert=True)
    return extra


def update_extra(
    extra_id: UUID, values: Values, *, by: Actor, version: int | None = None
) -> CustomerExtra:
    """Change an extra. Raises NotFound, StaleBenefit, InvalidValues."""
    require_rights(by)
    cleaned = rules.checked_extra(values).fields
    with change_set(by=by, operation="loyalty.update_extra", summary="") as current:
        extra = _lock(CustomerExtra, extra_id, version)
        changed = _apply(extra, cleaned)
        whole = {name: getattr(extra, name) for name in rules.EXTRA_LABELS}
        rules.require_extra(whole, used=extra.used)
        if "kind_id" in changed:
            _require_listed(ExtraKind, extra.kind_id, "kind_id")
        current.summary = current.summary or f"Changed an extra of {extra.customer.name}"
        if changed:
            extra.save_changes(*changed)
    return extra


def use_extra(extra_id: UUID, *, by: Actor, version: int | None = None) -> CustomerExtra:
    """One of it is used, today. Raises NotUsable when none is left, or on other days."""
    require_rights(by)
    with change_set(by=by, operation="loyalty.use_extra", summary="") as current:
        extra = _lock(CustomerExtra, extra_id, version)
        if not extra.left:
            raise NotUsable(f"“{extra}” is used up: {extra.used} of {extra.quantity}.")
        _require_valid_today(extra, by)
        extra.used, extra.used_on = extra.used + 1, clock.today(by.time_zone)
        current.summary = current.summary or f"Used the extra “{extra}” of {extra.customer.name}"
        extra.save_changes("used", "used_on")
    return extra


def remove_extra(extra_id: UUID, *, by: Actor) -> CustomerExtra:
    """As if it had never been given."""
    require_rights(by)
    with change_set(by=by, operation="loyalty.remove_extra", summary="") as current:
        extra = _lock(CustomerExtra, extra_id, None)
        name = extra.customer.name
        current.summary = current.summary or f"Removed the extra “{extra}” of {name}"
        CustomerExtra.objects.filter(id=extra.id).delete()
    return extra


def require_rights(by: Actor) -> None:
    queries.require_sight(by)
    by.require("loyalty.edit")


def _lock(model: type[Benefit], row_id: UUID, version: int | None) -> Benefit:
    list(model.objects.filter(id=row_id).locked().values_list("id"))
    list_name = "programme" if model is BonusPackage else "kind"
    row: Benefit | None = (
        model.objects.filter(id=row_id).select_related("customer", list_name).first()
    )
    noun = str(model._meta.verbose_name)
    if row is None:
        raise NotFound(f"There is no such {noun}. It may have been taken back meanwhile.")
    if version is not None and row.version != version:
        raise StaleBenefit(
            f"This {noun} was changed by someone else meanwhile.",
            details={"version": row.version, "expected": version},
        )
    return row


def _apply(row: BonusPackage | CustomerExtra, cleaned: Any) -> list[str]:
    changed = [name for name, value in cleaned.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, cleaned[name])
    return changed


def _require_active(package: BonusPackage) -> None:
    if package.status != PackageStatus.ACTIVE:
        state = package.get_status_display().lower()
        raise NotUsable(f"The package was {state} on {package.closed_on:%-d %b %Y} already.")


def _require_valid_today(row: BonusPackage | CustomerExtra, by: Actor) -> None:
    today = clock.today(by.time_zone)
    if row.valid_from > today:
        raise NotUsable(f"“{row}” can be used from {row.valid_from:%-d %b %Y} on.")
    if row.valid_to is not None and row.valid_to < today:
        raise NotUsable(f"“{row}” was valid until {row.valid_to:%-d %b %Y}. Change that day first.")


def _require_listed(model: type[Programme] | type[ExtraKind], row_id: Any, name: str) -> None:
    """One of the list that is not closed."""
    entry = model.objects.filter(id=row_id).first()
    if entry is None:
        raise InvalidValues({name: "There is none like this in the list any more. Choose another."})
    if entry.is_closed:
        raise InvalidValues({name: f"“{entry.label}” is closed. Choose another one."})
