"""The form in which one rule of a mapping is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django import forms
from django.http import QueryDict

from wayfolk.integrations.imports import drafting, fields
from wayfolk.integrations.imports.guessing_rules import Samples
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.imports.rule import WAYS, Method, Rule, methods_of
from wayfolk.kit import text
from wayfolk.kit.text import fold
from wayfolk.web.imports import choices

TEXT_MAX = 500
_MORE_PLACES = 2  # empty select boxes for further columns: without JavaScript they do not grow
_NEW_ENTRIES = 2


@dataclass(frozen=True)
class Entry:
    """One line of a lookup: what the file says, and the control of what it becomes."""

    said: str
    key: forms.BoundField | None
    becomes: forms.BoundField


class RuleForm(forms.Form):
    """The controls that suit the rule's method.

    What was posted is read by the rule for which the form was shown: give that one again.
    """

    def __init__(
        self,
        rule: Rule,
        mapping: Mapping,
        headers: Sequence[str],
        samples: Samples,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, prefix="rule")
        self._rule, self._mapping = rule, mapping
        self._headers, self._samples = headers, samples
        self._spec, self._way = fields.BY_KEY[rule.target], WAYS[rule.method]
        taken = {other.target for other in mapping.rules if not other.is_plain} - {rule.target}
        self._choose("target", "Field", choices.targets("Choose a field", without=taken))
        self.fields["target"].required = True
        self.initial = {"target": rule.target, "method": rule.method, "base": rule.base}
        self._choose("method", "How", self._ways())
        if self._way.has_base:
            filled = [other.target for other in mapping.rules]
            offered = choices.bases(rule.target, filled, chosen=rule.base)
            self._choose("base", "Counted from", offered)
        self._add_columns()
        self._add_text()
        self._said = self._list_said()
        self._add_entries()

    def _choose(self, name: str, label: str, offered: choices.Choices, initial: str = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=offered, required=False, initial=initial
        )

    def _ways(self) -> choices.Choices:
        methods = methods_of(self._spec)
        if self._rule.method not in methods:
            methods = (self._rule.method, *methods)
        return [(method, WAYS[method].label) for method in methods]

    def _add_columns(self) -> None:
        labels = self._column_labels()
        self._places = len(labels)
        for index, label in enumerate(labels):
            chosen = self._rule.columns[index] if index < len(self._rule.columns) else ""
            offered = choices.columns(self._headers, nothing="Choose a column", chosen=chosen)
            self._choose(f"column-{index}", label, offered, chosen)

    def _column_labels(self) -> list[str]:
        if self._rule.method in {"template", "constant"}:
            return []
        needed = list(self._way.columns)
        if not self._way.more:
            return needed
        more = max(0, len(self._rule.columns) - len(needed)) + (
            1 if self._rule.method == "lookup" else _MORE_PLACES
        )
        return needed + [self._way.more] * more

    def _add_text(self) -> None:
        """The text of a template, a fixed value, or what any other cell becomes."""
        labels = {"template": "Text", "constant": "Value", "lookup": "Anything else becomes"}
        label = labels.get(self._rule.method)
        if label is None:
            return
        if self._spec.choices and self._rule.method != "template":
            offered = choices.codes(self._spec, nothing=self._nothing())
            self._choose("value", label, offered, self._rule.value)
            return
        hints = {
            "template": "Columns stand in braces, as in {hotel}-{row_id}. Where one of them is"
            " empty, the whole text stays empty.",
            "lookup": "Left empty, such cells leave the field as it is.",
        }
        self.fields["value"] = forms.CharField(
            label=label,
            required=False,
            max_length=TEXT_MAX,
            initial=self._rule.value,
            help_text=hints.get(self._rule.method, self._value_hint()),
        )
        if self._rule.method == "template":
            offered = choices.columns(self._headers, nothing="Choose a column")
            self._choose("insert", "Add a column to the text", offered)

    def _nothing(self) -> str:
        return "Choose a value" if self._rule.method == "constant" else "Leave it empty"

    def _value_hint(self) -> str:
        shapes = {"date": "Such as 2026-01-31.", "currency": "Three letters, such as EUR."}
        return shapes.get(self._spec.shape, "")

    def _list_said(self) -> list[str]:
        """What the cells say, then what else the list knows."""
        if self._rule.method != "lookup":
            return []
        found = drafting.list_values(self._rule, self._samples)[: drafting.VALUES_SHOWN]
        known = {fold(said) for said in found}
        return found + [key for key in self._rule.table if fold(key) not in known]

    def _add_entries(self) -> None:
        if not self.has_entries:
            return
        becomes = {fold(key): value for key, value in self._rule.table.items()}
        for index, said in enumerate([*self._said, *[""] * _NEW_ENTRIES]):
            if not said:
                self._add_text_box(f"key-{index}", "Another value in the file")
            name = f"becomes-{index}"
            self._add_becoming(name, said, becomes.get(fold(said), "") if said else "")

    def _add_becoming(self, name: str, said: str, value: str) -> None:
        label = f"What “{said}” becomes" if said else "What that value becomes"
        if self._spec.choices:
            self._choose(name, label, choices.codes(self._spec, nothing="As anything else"), value)
            self.fields[name].widget.attrs["aria-label"] = label
        else:
            self._add_text_box(name, label, value)

    def _add_text_box(self, name: str, label: str, value: str = "") -> None:
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            max_length=TEXT_MAX,
            initial=value,
            widget=forms.TextInput(attrs={"aria-label": label}),
        )

    def take_focus(self, *, is_fresh: bool) -> None:
        """Once, when it was opened; afterwards the focus stays where somebody works."""
        if is_fresh:
            self.fields["method"].widget.attrs["autofocus"] = True

    def rule(self) -> Rule:
        """The rule as the valid form says."""
        values = self.cleaned_data
        rule = replace(
            self._rule,
            target=values["target"],
            columns=self._chosen_columns() if self._places else self._rule.columns,
            base=values.get("base", ""),
            value=text.clean(values.get("value", "")),
        )
        if self._rule.method == "template":
            rule = self._with_text(rule)
        if self._rule.method == "lookup":
            rule = replace(rule, table=self._table(rule))
        return self._in_chosen_way(rule)

    def _in_chosen_way(self, rule: Rule) -> Rule:
        """Another method, or another field that the method cannot fill: it begins anew."""
        method = cast("Method", self.cleaned_data["method"] or self._rule.method)
        offered = methods_of(fields.BY_KEY[rule.target])
        if rule.target != self._rule.target and method not in offered:
            method = offered[0]
        return rule if method == rule.method else drafting.with_method(rule, method, self._mapping)

    def _chosen_columns(self) -> tuple[str, ...]:
        """Places that must be filled stay in their order; of the others the empty ones go."""
        chosen = [self.cleaned_data[f"column-{index}"] for index in range(self._places)]
        needed = len(self._way.columns)
        if not any(chosen):
            return ()
        return (*chosen[:needed], *filter(None, chosen[needed:]))

    def _with_text(self, rule: Rule) -> Rule:
        inserted = self.cleaned_data.get("insert", "")
        whole = f"{rule.value} {{{inserted}}}".strip() if inserted else rule.value
        return drafting.with_text(rule, whole, self._headers)

    def _table(self, rule: Rule) -> dict[str, str]:
        """Of other columns, only what their cells say is kept."""
        values = self.cleaned_data
        if not self.has_entries:
            return dict(self._rule.table)
        lines = {
            said or text.clean(values[f"key-{index}"]): text.clean(values[f"becomes-{index}"])
            for index, said in enumerate([*self._said, *[""] * _NEW_ENTRIES])
        }
        table = {said: becomes for said, becomes in lines.items() if said and becomes}
        if rule.columns == self._rule.columns:
            return table
        said = {fold(value) for value in drafting.list_values(rule, self._samples)}
        return {key: value for key, value in table.items() if fold(key) in said}

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column-{index}"] for index in range(self._places)]

    def entries(self) -> Iterator[Entry]:
        for index, said in enumerate([*self._said, *[""] * _NEW_ENTRIES]):
            key = None if said else self[f"key-{index}"]
            yield Entry(said, key, self[f"becomes-{index}"])

    @property
    def has_entries(self) -> bool:
        return self._rule.method == "lookup" and bool(self._rule.columns)

    def has_more_values(self) -> bool:
        """Whether the file says more than the list shows."""
        return len(drafting.list_values(self._rule, self._samples)) > drafting.VALUES_SHOWN
