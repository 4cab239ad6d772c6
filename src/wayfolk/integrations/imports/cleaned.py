"""A row of a file as its cells were understood, and what is wrong about it. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayfolk.kit.dates import Order

Values = list[Any]


@dataclass(frozen=True)
class Surroundings:
    """What the organisation presumes where a file is silent."""

    currency: str
    country: str
    date_order: Order
    today: date
    # Folded short code or name of a brand -> its short code; empty below two.
    brands: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class CleanRow:
    """`values` lie in the order of the fields, None where the file says nothing.

    `refusal` says why the row is not imported; `remarks` what was left out or is odd.
    `faults`: keys of the fields at fault, for marking them in a preview.
    """

    number: int
    values: Values
    refusal: str = ""
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def refuse(self, reason: str, *keys: str) -> None:
        self.refusal = f"{self.refusal} {reason}".strip()
        self.faults.extend(keys)

    def remark(self, text: str, *keys: str) -> None:
        self.remarks.append(text)
        self.faults.extend(keys)
