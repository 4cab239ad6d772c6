"""One value that a file can fill. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["customer", "stay", "booking", "partner"]
KIND_LABELS: Mapping[str, str] = {
    "customer": "Customer",
    "stay": "Stay",
    "booking": "Booking",
    "partner": "Trade partner",
}

Shape = Literal[
    "text", "lines", "email", "phone", "date", "count", "amount", "rate", "currency", "country",
    "choice", "flag", "name", "brand",
]  # fmt: skip
Part = Literal[
    "column",
    "contact",
    "address",
    "external",
    "composed",
    "property",
    "household",
    "trade",
    "brand",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a record. `part` says where it is stored, `column` under which name.

    `choices`: stored codes of a choice; of a flag yes and no. `words`: what headers call
    it, folded. `permission`: what it takes beside the right to edit the kind; its module is
    named in it.
    """

    kind: Kind
    name: str
    label: str
    shape: Shape = "text"
    limit: int = 200
    part: Part = "column"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rule: str = ""
    permission: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.name}"

    @property
    def full_label(self) -> str:
        return f"{KIND_LABELS[self.kind]}: {self.label}"
