"""How the history speaks of households."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, Image, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.households import rules
from wayfolk.households.models import (
    Connection,
    DismissedPair,
    Guardian,
    Household,
    HouseholdMember,
)


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "households.view",
        "edit": "households.edit",
        "module": "households",
    }
    wording.declare_area(Area("households", "Households", **rights))
    wording.declare_table(
        RecordKind("households_household", code=_code, codes={"customer.address"}, **rights)
    )
    wording.declare_table(RecordKind("households_householdmember", phrase=_member, **rights))
    wording.declare_table(RecordKind("households_connection", phrase=_connection, **rights))
    wording.declare_table(RecordKind("households_guardian", phrase=_guardian, **rights))
    wording.declare_table(RecordKind("households_dismissedpair", phrase=_dismissed, **rights))


def _code(column: str, _image: Image) -> str:
    return "customer.address" if column in rules.ADDRESS_FIELDS else ""


def _member(member: HouseholdMember, teller: Teller) -> str:
    who = teller.name_of(Customer, member.customer_id)
    home = teller.name_of(Household, member.household_id)
    return f"{who} as {member.get_role_display().lower()} in household {home}"


def _connection(connection: Connection, teller: Teller) -> str:
    who = teller.name_of(Customer, connection.customer_id)
    home = teller.name_of(Household, connection.household_id)
    return f"{who} as {connection.get_kind_display().lower()} of household {home}"


def _guardian(row: Guardian, teller: Teller) -> str:
    guardian = teller.name_of(Customer, row.guardian_id)
    return f"{guardian} as guardian of {teller.name_of(Customer, row.child_id)}"


def _dismissed(pair: DismissedPair, teller: Teller) -> str:
    first = teller.name_of(Customer, pair.first_id)
    return (
        f"the remark that {first} and {teller.name_of(Customer, pair.second_id)} are no household"
    )
