"""The derived columns of stays and properties: what searches and identity compare. No Django."""

from wayfolk.kit import text


def fold_reservation(reservation_number: str) -> str:
    """Two spellings of one reservation ID are equal: "RES-0042 A" and "res0042a"."""
    folded = text.fold(reservation_number).replace(" ", "")
    return (folded or text.clean(reservation_number).lower())[:60]


def fold_property(name: str) -> str:
    """Two spellings of one hotel's name are equal."""
    return (text.fold(name) or text.clean(name).lower())[:200]
