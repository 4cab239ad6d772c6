"""Settings, Brands: what they are called, which numbers are theirs, when their offers remind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.organization import brands
from wayfolk.organization.models import Brand, NumberRange, RangedKind
from wayfolk.sales.operations import lists
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.sales.rules import reminders
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in

_ADMINISTER = "organization.administer"


class BrandForm(forms.Form):
    """Shape only; organization.brands decides."""

    name = forms.CharField(required=False)
    code = forms.CharField(
        label="Short code",
        required=False,
        help_text="2 to 8 letters or digits, for lists, imports and the API.",
    )


class RangeForm(forms.Form):
    """Numbers that a brand is to have."""

    kind = forms.ChoiceField(label="Numbers of", choices=RangedKind.choices)
    first = forms.IntegerField(
        label="From", required=False, widget=forms.NumberInput(attrs={"min": 1})
    )
    last = forms.IntegerField(
        label="To", required=False, widget=forms.NumberInput(attrs={"min": 1})
    )


class RemindersForm(forms.Form):
    """On which days the offers of a brand remind."""

    reminder_days = forms.CharField(
        label="Remind after days",
        required=False,
        help_text="Days after sending, such as 3,7,14,21. Leave it empty to remind as set for all,"
        " write never to remind on none.",
    )


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A range of numbers as the page shows it; `remove_url` is "" for one that stays."""

    label: str
    numbers: str
    next_number: str
    left: int
    remove_url: str


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand in the table."""

    brand: Brand
    url: str
    bookings: str
    offers: str
    days: str


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER)
def brand_list(request: HttpRequest) -> HttpResponse:
    """All brands, with the form of a new one below."""
    by = actor_of(request)
    if request.method == "GET":
        return _show_list(request, BrandForm(), by)
    form = BrandForm(request.POST)
    made = saving.create_from(form, lambda _names: brands.create_brand(**form.cleaned_data, by=by))
    if made is None:
        return _show_list(request, form, by, status=422)
    toasts.add(request, f"Created the brand {made}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("settings:brands"))


@require_GET
@signed_in(_ADMINISTER)
def brand_page(request: HttpRequest, code: str) -> HttpResponse:
    by = actor_of(request)
    return _show_brand(request, _brand(code, by), by)


@require_POST
@signed_in(_ADMINISTER)
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name or short code."""
    by = actor_of(request)
    brand, form = _brand(code, by), BrandForm(request.POST)
    changed = saving.create_from(
        form, lambda _names: brands.update_brand(brand.id, **form.cleaned_data, by=by)
    )
    if changed is None:
        return _show_brand(request, brand, by, brand_form=form)
    saving.tell_updated(request, f"The brand {changed}")
    return htmx.redirect(request, _page_url(changed))


@require_POST
@signed_in(_ADMINISTER)
def set_in_use(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a brand off, or on again."""
    is_active = request.POST.get("active") == "yes"
    return _done(request, code, lambda brand, by: brands.set_in_use(brand.id, is_active, by=by))


@require_POST
@signed_in(_ADMINISTER)
def add_range(request: HttpRequest, code: str) -> HttpResponse:
    by = actor_of(request)
    brand, form = _brand(code, by), RangeForm(request.POST)
    reference = brands.reference_of(brand)
    added = saving.create_from(
        form, lambda _names: brands.add_range(reference, **form.cleaned_data, by=by)
    )
    if added is None:
        return _show_brand(request, brand, by, range_form=form)
    toasts.add(request, f"{brand} has the numbers {added}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, _page_url(brand))


@require_POST
@signed_in(_ADMINISTER)
def remove_range(request: HttpRequest, code: str, range_id: UUID) -> HttpResponse:
    return _done(request, code, lambda _brand, by: brands.remove_range(range_id, by=by))


@require_POST
@signed_in(_ADMINISTER, module="offers")
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """The reminder days of the brand's offers (TQ-51)."""
    by = actor_of(request)
    brand, form = _brand(code, by), RemindersForm(request.POST)
    if form.is_valid():
        try:
            lists.set_brand_reminders(brand.id, form.cleaned_data["reminder_days"], by=by)
        except InvalidValues as refused:
            saving.show_refusal(form, refused, {})
        else:
            saving.tell_updated(request, f"Reminder days of {brand}")
            return htmx.redirect(request, _page_url(brand))
    return _show_brand(request, brand, by, reminders_form=form)


def _brand(code: str, by: Actor) -> Brand:
    """The brand with this short code; the first one is there before anything is stored."""
    for brand in brands.list_brands() or [brands.first_brand(by)]:
        if brand.code == code:
            return brand
    raise NotFound("There is no such brand. It may have been renamed or taken back meanwhile.")


def _page_url(brand: Brand) -> str:
    return reverse("settings:brand", args=[brand.code])


def _done(
    request: HttpRequest, code: str, change: Callable[[Brand, Actor], object]
) -> HttpResponse:
    """Carry out the change; a refusal is told on the page, which stays as it was."""
    by = actor_of(request)
    brand = _brand(code, by)
    try:
        change(brand, by)
    except NotFound:
        raise
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
    else:
        saving.tell_updated(request, f"The brand {brand}")
    return htmx.redirect(request, _page_url(brand))


def _show_list(
    request: HttpRequest, form: BrandForm, by: Actor, *, status: int = 200
) -> HttpResponse:
    listed = brands.list_brands() or [brands.first_brand(by)]
    ranges, own_days = brands.list_ranges(), offer_queries.brand_reminders()
    context = {
        "rows": [_row(brand, ranges, own_days) for brand in listed],
        "form": form,
        "sees_offers": by.has_module("offers"),
    }
    return render(request, "settings/brands.html", context, status=status)


def _row(brand: Brand, ranges: Sequence[NumberRange], own_days: dict[UUID, str]) -> BrandRow:
    def numbers(kind: RangedKind) -> str:
        reference = brands.reference_of(brand)
        own = [r for r in ranges if r.kind == kind and r.brand_id == reference]
        return ", ".join(str(each) for each in own)

    days = (own_days[brand.id] or reminders.NEVER) if brand.id in own_days else ""
    return BrandRow(
        brand, _page_url(brand), numbers(RangedKind.BOOKING), numbers(RangedKind.OFFER), days
    )


def _show_brand(request: HttpRequest, brand: Brand, by: Actor, **forms_sent: Any) -> HttpResponse:
    """The page; with a form that was refused it is answered with 422."""
    named = {"name": brand.name, "code": brand.code}
    own_days = offer_queries.brand_reminders()
    days = (own_days[brand.id] or reminders.NEVER) if brand.id in own_days else ""
    rows = [_range_row(each, brand) for each in _ranges_of(brand)]
    context: dict[str, Any] = {
        "brand": brand,
        "is_stored": not brand._state.adding,
        "ranges": rows,
        "brand_form": BrandForm(initial=named),
        "range_form": RangeForm(),
        "reminders_form": RemindersForm(initial={"reminder_days": days}),
        "sees_reminders": by.has_module("offers") and not brand.is_default,
        "days_of_all": offer_queries.get_settings().reminder_days or reminders.NEVER,
        **forms_sent,
    }
    return render(request, "settings/brand.html", context, status=422 if forms_sent else 200)


def _ranges_of(brand: Brand) -> list[NumberRange]:
    reference = brands.reference_of(brand)
    return [each for each in brands.list_ranges() if each.brand_id == reference]


def _range_row(each: NumberRange, brand: Brand) -> RangeRow:
    is_used = each.next_value > each.first
    return RangeRow(
        label=str(each.get_kind_display()),
        numbers=str(each),
        next_number=str(each.next_value) if each.left else "used up",
        left=each.left,
        remove_url="" if is_used else reverse("settings:remove_range", args=[brand.code, each.id]),
    )
