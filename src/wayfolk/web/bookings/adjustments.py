"""Settings: the catalogue of discounts and supplements (TQ-56)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from wayfolk.bookings import lines, operations
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.models import LineCategory, PriceAdjustment
from wayfolk.kit import money
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.money import Money, format_money
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.catalogues import list_url, store_changes, store_new

_ADMINISTER = "organization.administer"
_STORED_AS = {"amount": "amount_minor", "beside": "beside_id"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `value`: how much; `where`: what it is for; `how`: how it is drawn."""

    adjustment: PriceAdjustment
    value: str
    where: str
    how: str


class AdjustmentForm(forms.Form):
    """A discount or supplement. Shape only; adjustment_rules decides."""

    shown_as = {stored: shown for shown, stored in _STORED_AS.items()}
    kind = forms.ChoiceField(choices=PriceAdjustment._meta.get_field("kind").choices or ())
    code = forms.CharField(required=False)
    description = forms.CharField(required=False)
    rate = forms.CharField(
        label="Percentage", required=False, help_text="Of the basic price; or an amount."
    )
    amount = forms.CharField(required=False, help_text="Without a minus, for a discount too.")
    currency = forms.CharField(max_length=3, min_length=3)
    is_per_passenger = forms.BooleanField(label="The amount is for each passenger", required=False)
    product = forms.CharField(
        required=False, help_text="Only for this product, or those that begin so. Empty: for all."
    )
    beside = forms.ChoiceField(
        label="Only beside", required=False, help_text="A line of this category has to be there."
    )
    bonus_code = forms.CharField(
        label="Bonus code", required=False, help_text="With one it is given by this code alone."
    )
    is_permanent = forms.BooleanField(
        label="Permanent: proposed on every booking that it fits", required=False
    )
    is_retired = forms.BooleanField(label="Retired: not offered any more", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        currency: str,
        categories: Sequence[LineCategory],
        adjustment: PriceAdjustment | None = None,
    ) -> None:
        initial = _values_of(adjustment) if adjustment else {"currency": currency}
        super().__init__(data, initial=initial)
        present = adjustment.beside_id if adjustment else None
        offered = [each for each in categories if not each.is_retired or each.id == present]
        beside = self.fields["beside"]
        assert isinstance(beside, forms.ChoiceField)
        beside.choices = [("", "Anything"), *((str(each.id), each.name) for each in offered)]
        for field in self.fields.values():
            field.show_hidden_initial = adjustment is not None

    def clean_rate(self) -> Decimal | None:
        written = self.cleaned_data["rate"].replace("%", "").replace(",", ".").strip()
        if not written:
            return None
        try:
            return Decimal(written)
        except InvalidOperation as fault:
            message = f"“{written[:40]}” is no percentage. Write it like 12.5."
            raise forms.ValidationError(message) from fault

    def clean_beside(self) -> UUID | None:
        written = self.cleaned_data["beside"]
        return UUID(written) if written else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["currency"] = str(values.get("currency", "")).upper()
        written = values.get("amount")
        values["amount"] = None
        if written and money.is_currency(values["currency"]):
            try:
                amount = money.parse_amount(written, values["currency"], field="amount")
                values["amount"] = amount.minor
            except InvalidValue as refused:
                self.add_error("amount", refused.message)
        return values

    def adjustment_data(self, names: set[str]) -> AdjustmentData:
        """The named fields as the domain takes them; in another currency the amount too."""
        wanted = names | {"amount"} if "currency" in names else names
        return AdjustmentData(
            {
                _STORED_AS.get(name, name): value
                for name, value in self.cleaned_data.items()
                if name in wanted
            }
        )


@require_GET
@signed_in(_ADMINISTER, module="bookings")
def adjustments(request: HttpRequest) -> HttpResponse:
    rows = [_row(each) for each in lines.list_adjustments(by=actor_of(request))]
    return render(request, "bookings/adjustments.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def create_adjustment(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = _form(request)
    if request.method == "GET":
        return _show(request, form)
    return store_new(
        request,
        form,
        lambda names: operations.create_adjustment(form.adjustment_data(names), by=by),
        refuse=lambda: _show(request, form, status=422),
    )


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def edit_adjustment(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    by = actor_of(request)
    adjustment = lines.get_adjustment(adjustment_id, by=by)
    form = _form(request, adjustment)
    if request.method == "GET":
        return _show(request, form, adjustment=adjustment, version=adjustment.version)

    def update(names: set[str], seen: int) -> PriceAdjustment:
        data = form.adjustment_data(names)
        return operations.update_adjustment(adjustment_id, data, by=by, version=seen)

    def reload() -> tuple[PriceAdjustment, AdjustmentForm]:
        present = lines.get_adjustment(adjustment_id, by=by)
        return present, _form(request, present, is_fresh=True)

    return store_changes(
        request,
        form,
        update,
        reload,
        refuse=lambda **context: _show(request, form, adjustment=adjustment, **context),
    )


def value_words(adjustment: PriceAdjustment) -> str:
    """Like “−10 %” or “EUR 120.00 each”."""
    sign = "−" if adjustment.kind == "discount" else "+"
    if adjustment.rate is not None:
        return f"{sign}{adjustment.rate.normalize():f} %"
    each = " each" if adjustment.is_per_passenger else ""
    return f"{sign}{format_money(Money(adjustment.amount_minor or 0, adjustment.currency))}{each}"


def _row(each: PriceAdjustment) -> Row:
    where = f"Only {each.product}" if each.product else "All products"
    if each.beside:
        where += f", beside {each.beside.name}"
    how = "Permanent" if each.is_permanent else "By hand"
    return Row(
        each, value_words(each), where, f"Code {each.bonus_code}" if each.bonus_code else how
    )


def _form(
    request: HttpRequest, adjustment: PriceAdjustment | None = None, *, is_fresh: bool = False
) -> AdjustmentForm:
    by = actor_of(request)
    data = request.POST if request.method == "POST" and not is_fresh else None
    categories = lines.list_categories(by=by)
    return AdjustmentForm(data, currency=by.currency, categories=categories, adjustment=adjustment)


def _show(
    request: HttpRequest,
    form: AdjustmentForm,
    *,
    adjustment: PriceAdjustment | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    noun, back_url = "discount or supplement", list_url(PriceAdjustment)
    context |= {"form": form, "record": adjustment, "noun": noun, "back_url": back_url}
    return render(request, "bookings/adjustment.html", context, status=status)


def _values_of(adjustment: PriceAdjustment) -> dict[str, Any]:
    same = [*("kind", "code", "description", "currency", "is_per_passenger", "product")]
    same += ["bonus_code", "is_permanent", "is_retired"]
    amount = adjustment.amount
    return {
        **{name: getattr(adjustment, name) for name in same},
        "rate": "" if adjustment.rate is None else f"{adjustment.rate.normalize():f}",
        "amount": "" if amount is None else f"{amount.amount:f}",
        "beside": str(adjustment.beside_id or ""),
    }
