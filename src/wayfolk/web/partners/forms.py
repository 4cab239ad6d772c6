"""Forms of partners: shape only; what may be stored is decided in partners.rules."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.kit import countries, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.partners.models import (
    CommissionTerm,
    ContactRole,
    Level,
    Partner,
    PartnerContact,
    PartnerStatus,
    TermKind,
)
from wayfolk.partners.rules import business_ids
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import TIERS_MAX, TermData
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.form_rendering import LongChoices, LongSelect
from wayfolk.web.partner_picker import PartnerField

STATUS_TONES = {"active": "success", "inactive": "neutral"}
STORED_AS = {"customer": "customer_id", "parent": "parent_id"}
TIER_ROWS = TIERS_MAX
_PLAIN = frozenset({"product", "valid_from", "valid_to", "remark"})
_VALUES = frozenset({"kind", "rate", "amount", "currency", "tiers"})


class PartnerForm(forms.Form):
    """A partner's own values; the customer is chosen for a new one only."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    customer = CustomerField(
        label="Company or person",
        error_messages={"required": "Choose the customer: search, then select."},
        help_text="The customer who is the trade partner. Agents may be persons.",
    )
    level = forms.ChoiceField(
        choices=[("", "Choose"), *Level.choices],
        error_messages={"required": "Choose the level: consortium, agency or agent."},
    )
    parent = PartnerField(label="Belongs to", required=False)
    status = forms.ChoiceField(choices=PartnerStatus.choices)
    tier = forms.CharField(label="Commission tier", required=False)
    currency = forms.CharField(label="Default currency", required=False, max_length=3)
    payment_days = forms.IntegerField(
        label="Days to pay",
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": 365, "inputmode": "numeric"}),
        error_messages={"invalid": "That is not a number of days. Use 0 to 365."},
    )
    payment_terms = forms.CharField(
        label="Payment terms", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        partner: Partner | None = None,
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        self.by, self.partner = by, partner
        initial = values_of(partner) if partner else {"status": "active", "currency": by.currency}
        super().__init__(data, initial={**initial, **(chosen or {})})
        if partner is not None:
            del self.fields["customer"]
        else:
            customer = self.fields["customer"]
            assert isinstance(customer, CustomerField)
            customer.bind(by)
        parent = self.fields["parent"]
        assert isinstance(parent, PartnerField)
        parent.bind(by, nobody="Nobody: it stands at the top")
        for field in self.fields.values():
            field.show_hidden_initial = partner is not None

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def data_of(self, names: set[str]) -> PartnerData:
        """The named fields as the domain takes them."""
        values = {n: v for n, v in self.cleaned_data.items() if n in names and n != "customer"}
        if "parent" in values:
            values["parent"] = values["parent"].id if values["parent"] else None
        return PartnerData({STORED_AS.get(name, name): value for name, value in values.items()})


def values_of(partner: Partner) -> dict[str, Any]:
    """The partner's values as the form shows them."""
    same = ("level", "status", "tier", "currency", "payment_days", "payment_terms")
    parent = str(partner.parent.number) if partner.parent else ""
    return {**{name: getattr(partner, name) for name in same}, "parent": parent}


class BusinessIdForm(forms.Form):
    """A number of a register or tax office."""

    country = forms.ChoiceField(
        choices=LongChoices("Choose", countries.countries),
        widget=LongSelect,
        error_messages={"required": "Choose the country."},
    )
    scheme = forms.ChoiceField(
        label="Kind", choices=[(code, s.label) for code, s in business_ids.SCHEMES.items()]
    )
    number = forms.CharField(error_messages={"required": "The number is missing."})


class ContactForm(forms.Form):
    """A person who speaks for the partner; who it is cannot be changed later."""

    shown_as = {"person_id": "person"}
    person = CustomerField(error_messages={"required": "Choose the person: search, then select."})
    role = forms.ChoiceField(choices=ContactRole.choices)
    from_on = day_field("From")
    to_on = day_field("Until")

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, contact: PartnerContact | None = None
    ) -> None:
        initial: dict[str, Any] = {"role": ContactRole.RESERVATIONS}
        if contact is not None:
            initial = {
                "role": contact.role,
                "from_on": _day(contact.from_on),
                "to_on": _day(contact.to_on),
            }
        super().__init__(data, initial=initial)
        self.fields["to_on"].help_text = "The first day on which it is no longer so."
        if contact is not None:
            del self.fields["person"]
        else:
            person = self.fields["person"]
            assert isinstance(person, CustomerField)
            person.bind(by)


class TermForm(forms.Form):
    """A commission term; of percentage, amount and tiers what its kind needs counts."""

    shown_as = {"amount_minor": "amount", "tiers": "tier_from_1"}
    kind = forms.ChoiceField(choices=TermKind.choices)
    product = forms.CharField(
        label="Only for products with these words",
        required=False,
        help_text="Empty: for every product. “cruise” holds for “Cruise Norway”, too.",
    )
    valid_from = day_field("Valid from", required=True)
    valid_to = day_field("Valid until")
    rate = forms.CharField(
        label="Percentage", required=False, help_text="Of the price. Tiers stand below."
    )
    amount = forms.CharField(required=False, help_text="Per booking or per passenger.")
    currency = forms.CharField(required=False, max_length=3)
    remark = forms.CharField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, term: CommissionTerm | None = None
    ) -> None:
        self.by = by
        initial = term_values(term, by) if term else {"kind": "percentage", "currency": by.currency}
        super().__init__(data, initial=initial)
        self.fields[
            "valid_to"
        ].help_text = "The first day on which it no longer holds; empty: open."
        for row in range(1, TIER_ROWS + 1):
            self.fields[f"tier_from_{row}"] = forms.CharField(
                label=f"Tier {row}: turnover from ({by.currency})", required=False
            )
            self.fields[f"tier_rate_{row}"] = forms.CharField(
                label=f"Tier {row}: percentage", required=False
            )
        for field in self.fields.values():
            field.show_hidden_initial = term is not None

    @property
    def shows_tiers(self) -> bool:
        """Open where they count, or where one is at fault."""
        at_fault = any(name.startswith("tier_") for name in self.errors)
        return at_fault or self["kind"].value() == TermKind.TIERED

    @property
    def tier_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the tiers, row by row."""
        rows = range(1, TIER_ROWS + 1)
        return [(self[f"tier_from_{row}"], self[f"tier_rate_{row}"]) for row in rows]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["currency"] = str(values.get("currency") or "").upper()
        if "rate" in values:
            values["rate"] = self._percent("rate", values["rate"])
        if values.get("amount"):
            currency = values["currency"] or self.by.currency
            values["amount"] = self._minor("amount", values["amount"], currency)
        else:
            values["amount"] = None
        values["tiers"] = self._tiers(values)
        return values

    def _percent(self, name: str, written: str) -> Decimal | None:
        if not written:
            return None
        try:
            return Decimal(written.replace("%", "").replace(",", ".").strip())
        except InvalidOperation:
            self.add_error(name, f"“{written[:40]}” is no percentage. Write it like 12.5.")
            return None

    def _minor(self, name: str, written: str, currency: str) -> int | None:
        try:
            return money.parse_amount(written, currency, field=name).minor
        except InvalidValue as refused:
            self.add_error("currency" if refused.field == "currency" else name, refused.message)
            return None

    def _tiers(self, values: dict[str, Any]) -> list[tuple[int, Decimal]]:
        tiers = []
        for row in range(1, TIER_ROWS + 1):
            begins, percent = values.get(f"tier_from_{row}"), values.get(f"tier_rate_{row}")
            if not begins and not percent:
                continue
            if not percent:
                self.add_error(f"tier_rate_{row}", "Say the percentage of this tier.")
                continue
            minor = self._minor(f"tier_from_{row}", begins or "0", self.by.currency)
            rate = self._percent(f"tier_rate_{row}", percent)
            if minor is not None and rate is not None:
                tiers.append((minor, rate))
        return tiers

    def data_of(self, names: set[str]) -> TermData:
        """The term as a whole: with another kind other values count."""
        chosen = (_PLAIN & names) | (_VALUES if names - _PLAIN else frozenset())
        stored = {"amount": "amount_minor"}
        return TermData({stored.get(name, name): self.cleaned_data[name] for name in chosen})


def term_values(term: CommissionTerm, by: Actor) -> dict[str, Any]:
    """The term's values as the form shows them."""
    values: dict[str, Any] = {
        "kind": term.kind,
        "product": term.product,
        "valid_from": _day(term.valid_from),
        "valid_to": _day(term.valid_to),
        "rate": "" if term.rate is None else f"{term.rate.normalize():f}",
        "currency": term.currency or by.currency,
        "amount": "",
        "remark": term.remark,
    }
    if term.amount_minor is not None:
        amount = money.Money(term.amount_minor, term.currency).amount
        values["amount"] = f"{amount:f}"
    for row, (begins, percent) in enumerate(term.tiers[:TIER_ROWS], 1):
        values[f"tier_from_{row}"] = f"{money.Money(int(begins), by.currency).amount:f}"
        values[f"tier_rate_{row}"] = percent
    return values


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
