"""What a row says of the household that its customer lives in. No Django here."""

from wayfolk.households import rules
from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.cleaned import CleanRow
from wayfolk.integrations.imports.fields import HOUSEHOLD_KEY, POSITION
from wayfolk.kit.errors import InvalidValues

HOUSEHOLD_FIELDS = tuple(spec for spec in fields.FIELDS if spec.part == "household")
# Half a membership would be a wrong one: a fault in any of these refuses the row.
ESSENTIAL = frozenset(spec.key for spec in HOUSEHOLD_FIELDS)

_POSITIONS = tuple(POSITION[spec.key] for spec in HOUSEHOLD_FIELDS)
_KEY = POSITION[HOUSEHOLD_KEY]
_FROM, _TO = POSITION["customer.household_from"], POSITION["customer.household_to"]
_GIVEN, _FAMILY, _COMPANY = (
    POSITION[f"customer.{name}"] for name in ("given_name", "family_name", "company_name")
)


def check(row: CleanRow) -> None:
    """Refuses what no household accepts; without a key nobody can say which one is meant."""
    values = row.values
    if values[_KEY] is None:
        if any(values[position] is not None for position in _POSITIONS):
            row.remark(
                "A household is described without its key; that part was left out.", HOUSEHOLD_KEY
            )
            for position in _POSITIONS:
                values[position] = None
        return
    if values[_COMPANY] and not (values[_GIVEN] or values[_FAMILY]):
        row.refuse(
            f"{values[_COMPANY]} is a company, and people alone live in households. Leave the"
            " household key of this row empty.",
            HOUSEHOLD_KEY,
        )
    _check_days(row)


def _check_days(row: CleanRow) -> None:
    from_on, to_on = row.values[_FROM], row.values[_TO]
    if to_on is not None and from_on is None:
        row.refuse(
            f"The row says that they lived there until {to_on}, and not from when. Say both.",
            "customer.household_from",
        )
    elif from_on is not None:
        try:
            rules.checked_span(from_on, to_on)
        except InvalidValues as error:
            for name, message in error.errors.items():
                spec = fields.BY_KEY[f"customer.household_{name.removesuffix('_on')}"]
                row.refuse(f"{spec.full_label}: {message}", spec.key)
