"""The select boxes of the mapping page: fields, columns, codes."""

from collections.abc import Iterable, Sequence
from typing import Any

from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.fields import Field
from wayfolk.organization import brands

Choices = list[Any]

DATE_ORDERS: Choices = [
    ("dmy", "31-01-2026 (day first)"),
    ("mdy", "01-31-2026 (month first)"),
    ("ymd", "2026-01-31 (year first)"),
]


def targets(nothing: str, *, without: Iterable[str] = ()) -> Choices:
    """All fields by kind, required ones marked; `nothing` names the choice of none.

    That of brands is there for organisations that have several.
    """
    left_out = {*without, *(() if brands.by_reference() else ("booking.brand",))}
    groups = [
        (
            fields.KIND_LABELS[kind],
            [
                (spec.key, spec.full_label + (" *" if spec.is_required else ""))
                for spec in fields.of_kind(kind)
                if spec.key not in left_out
            ],
        )
        for kind in fields.KINDS
    ]
    return [("", nothing), *(group for group in groups if group[1])]


def columns(headers: Sequence[str], *, nothing: str, chosen: str = "") -> Choices:
    """The columns of the file, and the chosen one also when this file does not have it."""
    missing = [] if not chosen or chosen in headers else [(chosen, f"{chosen} (not in this file)")]
    return [("", nothing), *missing, *((header, header) for header in headers)]


def bases(target: str, filled: Iterable[str], *, chosen: str = "") -> Choices:
    """The dates from which another one can be counted."""
    offered = {*filled, chosen} - {target}
    dates = [spec for spec in fields.ALL_FIELDS if spec.shape == "date" and spec.key in offered]
    return [("", "Choose a date"), *((spec.key, spec.full_label) for spec in dates)]


def codes(spec: Field, *, nothing: str) -> Choices:
    """The words of a field that knows only some; their codes are stored."""
    return [("", nothing), *((code, _word(code)) for code in spec.choices)]


def _word(code: str) -> str:
    return code.replace("_", " ").capitalize()


LOOKALIKES = [
    ("create", "Create, and remark it afterwards"),
    ("update", "Update the customer whom they look like"),
    ("skip", "Leave the row out, with the reason"),
]
