"""Forms of preferences: shape only; what may be stored is decided in preferences.rules."""

from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.passengers.models import Preference, PreferenceKind, Severity, Source
from wayfolk.passengers.preferences import rules
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import Actor
from wayfolk.web.passengers.preference_rows import may_edit

SUGGESTIONS_ID = "preference-suggestions"


class PreferenceForm(forms.Form):
    """A preference; the kind is chosen once, when it is noted."""

    kind = forms.ChoiceField(
        label="Kind of preference", error_messages={"required": "Choose what kind it is."}
    )
    value = forms.CharField(
        label="What",
        widget=forms.TextInput(attrs={"list": SUGGESTIONS_ID, "autocomplete": "off"}),
        error_messages={"required": "Say what it is, such as “nuts” or “quiet room”."},
    )
    severity = forms.ChoiceField(
        required=False, choices=Severity.choices, help_text="Of an allergy."
    )
    source = forms.ChoiceField(label="How we know", choices=Source.choices)
    note = forms.CharField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, preference: Preference | None = None
    ) -> None:
        super().__init__(data, initial=_values(preference))
        kinds = [preference.kind] if preference else list(rules.KINDS)
        if preference is None:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)
            open_kinds = [k for k in PreferenceKind if may_edit(k.value, by)]
            kind.choices = [("", "Choose"), *((k.value, k.label) for k in open_kinds)]
        else:
            del self.fields["kind"]
            self.fields["severity"].help_text = ""
            if preference.kind != rules.ALLERGY:
                del self.fields["severity"]
        self.suggestions = [
            (value, PreferenceKind(kind).label)
            for kind in kinds
            if may_edit(kind, by)
            for value in rules.SUGGESTED[kind]
        ]
        for field in self.fields.values():
            field.show_hidden_initial = preference is not None

    def data_of(self, names: set[str]) -> PreferenceData:
        """The named fields as the domain takes them."""
        return PreferenceData(
            {n: v for n, v in self.cleaned_data.items() if n in names and n != "kind"}
        )


def _values(preference: Preference | None) -> dict[str, Any]:
    if preference is None:
        return {"source": Source.SAID.value}
    return {name: getattr(preference, name) for name in rules.LABELS}
