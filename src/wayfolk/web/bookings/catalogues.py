"""Settings: the categories of booking lines, and the pickup points (TQ-24, TQ-55)."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.bookings import line_rules, lines, operations
from wayfolk.bookings.line_rules import PickupData
from wayfolk.bookings.models import LineKind, PickupPoint, PriceAdjustment
from wayfolk.kit import money
from wayfolk.kit.errors import InvalidValue, InvalidValues
from wayfolk.kit.money import format_money
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in

_ADMINISTER = "organization.administer"
Entry = TypeVar("Entry", PickupPoint, PriceAdjustment)
STORED_AS = {"price": "price_minor", "cost": "cost_minor"}


class CategoryForm(forms.Form):
    name = forms.CharField(required=False)
    kind = forms.ChoiceField(
        label="Counts as",
        choices=LineKind.choices,
        initial="other",
        help_text="The part of a turnover that such lines are. It never changes.",
    )


class PickupForm(forms.Form):
    """A pickup point. Shape only; line_rules decides."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    code = forms.CharField(required=False)
    description = forms.CharField(required=False)
    meets_at = forms.TimeField(
        label="Meeting hour",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "That is not an hour. Write it like 07:45."},
    )
    currency = forms.CharField(max_length=3, min_length=3)
    price = forms.CharField(required=False)
    cost = forms.CharField(required=False, help_text="Empty while it is not known.")
    price_tag = forms.CharField(required=False)
    route = forms.CharField(label="Bus route", required=False)
    choice_days = forms.IntegerField(
        label="Guests choose until days before departure",
        required=False,
        help_text="Another place of the same route, by a link. Empty: never.",
        widget=forms.NumberInput(
            attrs={"min": 0, "max": line_rules.CHOICE_DAYS_MAX, "inputmode": "numeric"}
        ),
        error_messages={"invalid": "That is not a number of days. Use 0 to 365."},
    )
    is_retired = forms.BooleanField(label="Retired: not offered any more", required=False)

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, point: PickupPoint | None = None
    ) -> None:
        super().__init__(data, initial=_values_of(point, by))
        if not by.may_see("booking.cost"):
            del self.fields["cost"]
        elif not by.may_edit("booking.cost"):
            self.fields["cost"].disabled = True
        for field in self.fields.values():
            field.show_hidden_initial = point is not None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        currency = str(values.get("currency", "")).upper()
        values["currency"] = currency
        for name in STORED_AS:
            written = values.get(name)
            if written and money.is_currency(currency):
                try:
                    values[name] = money.parse_amount(written, currency, field=name).minor
                except InvalidValue as refused:
                    self.add_error(name, refused.message)
            elif name in values:
                values[name] = 0 if name == "price" else None
        return values

    def pickup_data(self, names: set[str]) -> PickupData:
        """The named fields as the domain takes them; in another currency the amounts too."""
        wanted = names | {"price", "cost"} if "currency" in names else names
        return PickupData(
            {
                STORED_AS.get(name, name): value
                for name, value in self.cleaned_data.items()
                if name in wanted and not self.fields[name].disabled
            }
        )


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def categories(request: HttpRequest) -> HttpResponse:
    """The list, with the form of a new one below it."""
    by = actor_of(request)
    if request.method == "GET":
        return _show_categories(request, CategoryForm())
    form = CategoryForm(request.POST)
    made = saving.create_from(
        form,
        lambda _names: operations.add_category(
            form.cleaned_data["name"], form.cleaned_data["kind"], by=by
        ),
    )
    if made is None:
        return _show_categories(request, form, status=422)
    toasts.add(request, f"Added the category {made}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("line_catalogues:categories"))


@require_POST
@signed_in(_ADMINISTER, module="bookings")
def change_category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """`name` renames, `retired` (yes or no) retires or offers again."""
    by = actor_of(request)
    name, retired = request.POST.get("name"), request.POST.get("retired")
    is_retired = None if retired is None else retired == "yes"
    try:
        changed = operations.change_category(category_id, name=name, is_retired=is_retired, by=by)
    except InvalidValues as refused:
        toasts.add(request, refused.message, level="error")
    else:
        saving.tell_updated(request, f"The category {changed}")
    return htmx.redirect(request, reverse("line_catalogues:categories"))


@require_GET
@signed_in(_ADMINISTER, module="bookings")
def pickup_points(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    sees_cost = by.may_see("booking.cost")
    rows = [
        (point, format_money(point.price), format_money(point.cost) if point.cost else "")
        for point in lines.list_pickup_points(by=by)
    ]
    return render(request, "bookings/pickup_points.html", {"rows": rows, "sees_cost": sees_cost})


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def create_pickup_point(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    if request.method == "GET":
        return _show_point(request, PickupForm(by=by))
    form = PickupForm(request.POST, by=by)
    return store_new(
        request,
        form,
        lambda names: operations.create_pickup_point(form.pickup_data(names), by=by),
        refuse=lambda: _show_point(request, form, status=422),
    )


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def edit_pickup_point(request: HttpRequest, point_id: UUID) -> HttpResponse:
    by = actor_of(request)
    point = lines.get_pickup_point(point_id, by=by)
    if request.method == "GET":
        return _show_point(
            request, PickupForm(by=by, point=point), point=point, version=point.version
        )
    form = PickupForm(request.POST, by=by, point=point)

    def update(names: set[str], seen: int) -> PickupPoint:
        data = form.pickup_data(names)
        return operations.update_pickup_point(point_id, data, by=by, version=seen)

    def reload() -> tuple[PickupPoint, PickupForm]:
        present = lines.get_pickup_point(point_id, by=by)
        return present, PickupForm(by=by, point=present)

    return store_changes(
        request,
        form,
        update,
        reload,
        refuse=lambda **context: _show_point(request, form, point=point, **context),
    )


def store_new(
    request: HttpRequest,
    form: forms.Form,
    create: Callable[[set[str]], Entry],
    *,
    refuse: Callable[[], HttpResponse],
) -> HttpResponse:
    """Make the entry of the form and go back to the list, or show what was refused."""
    made = saving.create_from(form, create)
    if made is None:
        return refuse()
    noun = made._meta.verbose_name
    toasts.add(request, f"Added the {noun} {made}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, list_url(type(made)))


def store_changes(
    request: HttpRequest,
    form: forms.Form,
    update: Callable[[set[str], int], Entry],
    reload: Callable[[], tuple[Entry, forms.Form]],
    *,
    refuse: Callable[..., HttpResponse],
) -> HttpResponse:
    """Change the entry of the form and go back to the list, or show what was refused."""
    version = saving.posted_version(request)
    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        return refuse(status=outcome.status, version=outcome.version, question=outcome.question)
    saving.tell_updated(request, f"The {outcome.record._meta.verbose_name} {outcome.record}")
    return htmx.redirect(request, list_url(type(outcome.record)))


def list_url(model: type[Entry]) -> str:
    """The page that lists the entries of a catalogue."""
    name = "pickup_points" if model is PickupPoint else "adjustments"
    return reverse(f"line_catalogues:{name}")


def _show_categories(
    request: HttpRequest, form: CategoryForm, *, status: int = 200
) -> HttpResponse:
    found = lines.list_categories(by=actor_of(request))
    context = {"categories": found, "form": form, "name_max": line_rules.NAME_MAX}
    return render(request, "bookings/line_categories.html", context, status=status)


def _show_point(
    request: HttpRequest,
    form: PickupForm,
    *,
    point: PickupPoint | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    back_url = list_url(PickupPoint)
    context |= {"form": form, "record": point, "noun": "pickup point", "back_url": back_url}
    return render(request, "bookings/pickup_point.html", context, status=status)


def _values_of(point: PickupPoint | None, by: Actor) -> dict[str, Any]:
    if point is None:
        return {"currency": by.currency}
    same = (*("code", "description", "currency", "price_tag", "route"), "choice_days", "is_retired")
    return {
        **{name: getattr(point, name) for name in same},
        "meets_at": f"{point.meets_at:%H:%M}" if point.meets_at else "",
        "price": f"{point.price.amount:f}",
        "cost": "" if point.cost is None else f"{point.cost.amount:f}",
    }
