"""The form in which columns are mapped to fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.integrations.imports import fields, guessing
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun
from wayfolk.kit.dates import Order

# What a file often leaves out because it is the same in each row.
FIXED = ("stay.hotel", "booking.product", "booking.currency", "booking.exchange_rate")
_ORDERS = [
    ("dmy", "31-01-2026 (day first)"),
    ("mdy", "01-31-2026 (month first)"),
    ("ymd", "2026-01-31 (year first)"),
]
_TARGETS: list[Any] = [
    ("", "Do not import"),
    *(
        (
            fields.KIND_LABELS[kind],
            [
                (spec.key, spec.full_label + (" *" if spec.is_required else ""))
                for spec in fields.of_kind(kind)
            ],
        )
        for kind in fields.KINDS
    ),
]


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: its values, what it fills, and how its dates are written."""

    header: str
    samples: list[str]
    target: forms.BoundField
    order: forms.BoundField | None
    is_ambiguous: bool
    is_in_rule: bool


class MappingForm(forms.Form):
    """What each column fills, rules of several columns, and values that hold for all rows."""

    def __init__(
        self,
        run: ImportRun,
        mapping: Mapping,
        samples: dict[str, list[str]],
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self._run = run
        self._mapping = mapping
        self._samples = samples
        self._columns: dict[str, Rule] = {}
        for rule in mapping.rules:
            if rule.is_plain:
                self._columns.setdefault(rule.columns[0], rule)
        shown = {id(rule) for rule in self._columns.values()}
        fixed = {r.target for r in mapping.rules if r.method == "constant"} & set(FIXED)
        self._composed = [
            rule
            for rule in mapping.rules
            if id(rule) not in shown and not (rule.method == "constant" and rule.target in fixed)
        ]
        self._add_columns()
        self._add_composed()
        self._add_fixed()

    def _add_columns(self) -> None:
        for index, header in enumerate(self._run.headers):
            rule = self._columns.get(header)
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=header,
                required=False,
                choices=_TARGETS,
                initial=rule.target if rule else "",
                widget=forms.Select(attrs={"aria-label": f"What the column {header} fills"}),
            )
            if self._is_date(index):
                guess = guessing.date_order(self._samples.get(header, ()))
                self.fields[f"order-{index}"] = forms.ChoiceField(
                    label=f"Dates in {header}",
                    required=False,
                    choices=_ORDERS,
                    initial=self._mapping.date_orders.get(header, guess.order),
                    widget=forms.Select(attrs={"aria-label": f"How dates are written in {header}"}),
                )

    def _add_composed(self) -> None:
        for index, rule in enumerate(self._composed):
            self.fields[f"keep-{index}"] = forms.BooleanField(
                label=f"{fields.BY_KEY[rule.target].full_label}: {mappings.in_words(rule)}",
                required=False,
                initial=True,
            )

    def _add_fixed(self) -> None:
        for key in FIXED:
            rule = next(
                (r for r in self._mapping.rules if r.target == key and r.method == "constant"), None
            )
            self.fields[f"fixed-{key}"] = forms.CharField(
                label=fields.BY_KEY[key].full_label,
                required=False,
                max_length=120,
                initial=rule.value if rule else "",
            )

    def _is_date(self, index: int) -> bool:
        target = self._chosen(index)
        return target in fields.BY_KEY and fields.BY_KEY[target].shape == "date"

    def _chosen(self, index: int) -> str:
        if self.is_bound:
            return str(self.data.get(f"column-{index}", ""))
        rule = self._columns.get(self._run.headers[index])
        return rule.target if rule else ""

    def mapping(self) -> Mapping:
        """The mapping as the valid form says."""
        values = self.cleaned_data
        rules = [
            self._plain(header, values[f"column-{index}"])
            for index, header in enumerate(self._run.headers)
            if values.get(f"column-{index}")
        ]
        rules += [r for i, r in enumerate(self._composed) if values.get(f"keep-{i}")]
        rules += [
            Rule(key, "constant", value=values[f"fixed-{key}"].strip())
            for key in FIXED
            if values.get(f"fixed-{key}", "").strip()
        ]
        orders: dict[str, Order] = {
            header: values[f"order-{index}"]
            for index, header in enumerate(self._run.headers)
            if values.get(f"order-{index}")
        }
        return Mapping(tuple(rules), orders, self._mapping.system, self._mapping.shift_days)

    def _plain(self, header: str, target: str) -> Rule:
        return Rule(target, columns=(header,))

    def column_rows(self) -> list[ColumnRow]:
        in_rules = {column for rule in self._composed for column in rule.columns}
        return [
            ColumnRow(
                header=header,
                samples=_distinct(self._samples.get(header, ())),
                target=self[f"column-{index}"],
                order=self[f"order-{index}"] if f"order-{index}" in self.fields else None,
                is_ambiguous=f"order-{index}" in self.fields
                and not guessing.date_order(self._samples.get(header, ())).is_decided,
                is_in_rule=header in in_rules,
            )
            for index, header in enumerate(self._run.headers)
        ]

    def composed_fields(self) -> list[forms.BoundField]:
        return [self[f"keep-{index}"] for index in range(len(self._composed))]

    def fixed_fields(self) -> list[forms.BoundField]:
        return [self[f"fixed-{key}"] for key in FIXED]


def _distinct(values: Sequence[str], limit: int = 3) -> list[str]:
    """The first different values, shortened: enough to recognise a column."""
    found = dict.fromkeys(value[:40] for value in values if value.strip())
    return list(found)[:limit]
