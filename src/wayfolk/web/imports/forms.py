"""The form in which columns are mapped to fields."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django import forms
from django.http import QueryDict

from wayfolk.integrations.imports import fields, guessing
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun
from wayfolk.kit.dates import Order
from wayfolk.web.imports import choices, posted_rules
from wayfolk.web.imports.rule_forms import RuleForm


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: its values, what it fills, and how its dates are written."""

    header: str
    samples: list[str]
    target: forms.BoundField
    order: forms.BoundField | None
    is_ambiguous: bool
    is_in_rule: bool


@dataclass(frozen=True)
class RuleLine:
    """One rule: in words, with what is wrong; `sent` is how it comes back.

    Idle is a fixed value of a stay or booking that nothing else in the file makes.
    """

    number: int
    target: str
    label: str
    words: str
    fault: str
    is_idle: bool
    sent: str
    editor: RuleForm | None


class MappingForm(forms.Form):
    """What each column fills, and the rules, of which one may be open for editing.

    What was posted holds the whole mapping: the columns, each rule, and the controls of the
    open one. Raises InvalidValue for rules that the page cannot have sent. A fresh rule was
    opened just now and takes the focus.
    """

    def __init__(
        self,
        run: ImportRun,
        mapping: Mapping,
        samples: dict[str, list[str]],
        data: QueryDict | None = None,
        *,
        opened: Rule | None = None,
        is_fresh: bool = False,
    ) -> None:
        super().__init__(data)
        self._run = run
        self._samples = samples
        self._columns, self._rules = posted_rules.split_rules(mapping)
        self._shown = mapping
        self._opened = self._rules.index(opened) if opened in self._rules else None
        if data is not None:
            self._read_rules(data, mapping)
        self._add_columns()
        self._add_new_rule()
        self._add_lookalikes()
        self.editor: RuleForm | None = None
        if self._opened is not None:
            rule = self._rules[self._opened]
            self.editor = RuleForm(rule, self._shown, run.headers, samples, data)
            self.editor.take_focus(is_fresh=is_fresh)

    def _read_rules(self, data: QueryDict, mapping: Mapping) -> None:
        self._rules = posted_rules.read(data.getlist("rule"))
        columns = (
            Rule(target, columns=(header,))
            for index, header in enumerate(self._run.headers)
            if (target := data.get(f"column-{index}", "")) in fields.BY_KEY
        )
        self._shown = replace(mapping, rules=(*columns, *self._rules))
        number = data.get("open_rule", "")
        is_open = number.isascii() and number.isdecimal() and int(number) < len(self._rules)
        self._opened = int(number) if is_open else None

    def _add_columns(self) -> None:
        offered = choices.targets("Do not import")
        for index, header in enumerate(self._run.headers):
            rule = self._columns.get(header)
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=header,
                required=False,
                choices=offered,
                initial=rule.target if rule else "",
                widget=forms.Select(attrs={"aria-label": f"What the column {header} fills"}),
            )
            if self._is_date(index):
                self.fields[f"order-{index}"] = forms.ChoiceField(
                    label=f"Dates in {header}",
                    required=False,
                    choices=choices.DATE_ORDERS,
                    initial=self._shown.date_orders.get(header) or self._guessed_order(header),
                    widget=forms.Select(attrs={"aria-label": f"How dates are written in {header}"}),
                )

    def _add_new_rule(self) -> None:
        taken = [rule.target for rule in self._rules]
        self.fields["new_rule"] = forms.ChoiceField(
            label="Add a rule for",
            required=False,
            choices=choices.targets("Choose a field", without=taken),
        )

    def _add_lookalikes(self) -> None:
        self.fields["lookalikes"] = forms.ChoiceField(
            label="A new customer who looks like somebody who is there",
            required=False,
            choices=choices.LOOKALIKES,
            initial=self._shown.lookalikes,
            help_text="Creating is fast. For the other two each new customer is compared with all"
            " others first, which takes much longer.",
        )

    def _guessed_order(self, header: str) -> Order:
        return guessing.date_order(self._samples.get(header, ())).order

    def _is_date(self, index: int) -> bool:
        """Whether dates are read from this column as it is, by itself or by a rule."""
        header = self._run.headers[index]
        return any(
            rule.columns == (header,) and rule.method == "copy" and rule.spec.shape == "date"
            for rule in self._shown.rules
        )

    def is_valid(self) -> bool:
        is_editor_valid = self.editor is None or self.editor.is_valid()
        return super().is_valid() and is_editor_valid

    def rules(self) -> list[Rule]:
        """The rules of the valid form, the open one as it was changed."""
        rules = list(self._rules)
        if self.editor is not None and self._opened is not None:
            rules[self._opened] = self.editor.rule()
        return rules

    def opened(self) -> Rule | None:
        return None if self._opened is None else self.rules()[self._opened]

    def mapping(self, rules: Sequence[Rule]) -> Mapping:
        """The mapping of the valid form with these rules beside its columns."""
        values = self.cleaned_data
        plain = [
            Rule(values[f"column-{index}"], columns=(header,))
            for index, header in enumerate(self._run.headers)
            if values.get(f"column-{index}")
        ]
        orders: dict[str, Order] = {
            header: values[f"order-{index}"] or self._guessed_order(header)
            for index, header in enumerate(self._run.headers)
            if f"order-{index}" in values
        }
        chosen = values["lookalikes"] or self._shown.lookalikes
        rules = (*plain, *rules)
        return replace(self._shown, rules=rules, date_orders=orders, lookalikes=chosen)

    @property
    def asks_lookalikes(self) -> bool:
        """Trade partners are told apart by other means."""
        return "partner" not in self._shown.kinds

    def column_rows(self) -> list[ColumnRow]:
        in_rules = {column for rule in self._rules for column in rule.columns}
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

    def rule_lines(self) -> list[RuleLine]:
        return [self._line(number, rule) for number, rule in enumerate(self._rules)]

    def _line(self, number: int, rule: Rule) -> RuleLine:
        fault = mappings.fault_of(rule, self._shown, self._run.headers)
        return RuleLine(
            number=number,
            target=rule.target,
            label=rule.spec.full_label,
            words="" if fault else mappings.in_words(rule),
            fault=fault,
            is_idle=rule not in self._shown.active_rules,
            sent=posted_rules.write(rule),
            editor=self.editor if number == self._opened else None,
        )


def _distinct(values: Sequence[str], limit: int = 3) -> list[str]:
    """The first different values, shortened: enough to recognise a column."""
    found = dict.fromkeys(value[:40] for value in values if value.strip())
    return list(found)[:limit]
