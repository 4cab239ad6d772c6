"""What can be changed for many customers at once, in words."""

from wayfolk.kit.errors import InvalidValue

# field -> value -> what it makes of customers
CHANGES = {
    "status": {"active": "active", "inactive": "inactive"},
    "newsletter": {"yes": "takers of the newsletter", "no": "no takers of the newsletter"},
}


def require_known(field: str, value: str) -> None:
    """Raises InvalidValue for what cannot be changed so."""
    if value not in CHANGES.get(field, {}):
        known = ", ".join(f"{f}:{v}" for f, values in CHANGES.items() for v in values)
        raise InvalidValue(f"“{field}:{value}” is no change of many customers. Known: {known}.")


def summary_of(field: str, value: str, count: int) -> str:
    """The sentence of the history."""
    noun = "customer" if count == 1 else "customers"
    return f"Made {count:,} {noun} {CHANGES[field][value]}"
