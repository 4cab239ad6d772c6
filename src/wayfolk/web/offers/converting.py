"""The dialogs that make a booking of an offer, and a customer of its offeree."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching.creating import Answers, PossibleDuplicate
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.sales.models import Offer
from wayfolk.sales.operations import converting
from wayfolk.sales.operations.converting import Buyer, Conversion
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules.offers import WrongStatus
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import STATUS_WORDS, day_field, party_field
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.customers import candidates
from wayfolk.web.customers.candidates import NOBODY
from wayfolk.web.offers.forms import amount_of
from wayfolk.web.offers.presenters import page_url

_CONTACTS = ("email", "phone")
_NAMES = ("given_name", "family_name")


class BuyerForm(forms.Form):
    """Whom an offer without a customer is for: one of those alike, or a new one."""

    shown_as = {"customer_id": "customer", "total_minor": "total"}
    customer = CustomerField(label="Who is it?", required=False)
    given_name = forms.CharField(label="First name", required=False)
    family_name = forms.CharField(label="Last name", required=False)
    email = forms.CharField(required=False)
    phone = forms.CharField(required=False)

    def __init__(self, data: QueryDict | None = None, *, by: Actor, offer: Offer) -> None:
        self.by, self.offer, self.panel = by, offer, NOBODY
        super().__init__(data, initial=self._initial())
        if offer.customer_id is not None:
            for name in ("customer", *_NAMES, *_CONTACTS):
                del self.fields[name]
            return
        customer = self.fields["customer"]
        assert isinstance(customer, CustomerField)
        customer.bind(by)
        customer.widget.query = offer.offeree_name  # so that those alike are there to be chosen
        if by.may("customers.edit"):
            customer.offer_nobody("None of these: a new customer, with the names below")
        else:
            for name in (*_NAMES, *_CONTACTS):
                del self.fields[name]
        for name in _CONTACTS:
            if not by.may_edit(f"customer.{name}"):
                self.fields.pop(name, None)

    def _initial(self) -> dict[str, Any]:
        proposed = converting.proposed_customer(self.offer)
        contacts = {kind: value for (_, kind), value in proposed.contacts.items()}
        return {**proposed.fields, **contacts}

    def buyer_of(self) -> Buyer:
        customer = self.cleaned_data.get("customer")
        if customer is not None:
            return Buyer(customer_id=customer.id)
        may_create = "given_name" in self.fields
        return Buyer(new=self._new_customer(), answers=self._answers()) if may_create else Buyer()

    def ask(self, refused: PossibleDuplicate) -> None:
        """Somebody likely the same is there: the form shows who, and asks."""
        self.panel = candidates.panel_for(refused.candidates, by=self.by)

    @property
    def refused_status(self) -> int:
        return 409 if self.panel.shown else 422

    def _answers(self) -> Answers:
        sent = cast("QueryDict", self.data)
        found = candidates.answers_of(sent, anyway=candidates.ANYWAY in sent)
        return Answers(others=found.others)

    def _new_customer(self) -> CustomerData:
        values = self.cleaned_data
        return CustomerData(
            fields={name: values[name] for name in _NAMES},
            contacts={("primary", kind): values[kind] for kind in _CONTACTS if values.get(kind)},
        )


class ConvertForm(BuyerForm):
    """The booking as it will be; what is not shown is taken over from the offer."""

    product = forms.CharField(label="Product name")
    status = forms.ChoiceField(
        choices=[choice for choice in STATUS_WORDS.items() if choice[0] != "cancelled"]
    )
    booked_on = day_field("Booking date", required=True)
    departs_on = day_field("Departure date")
    returns_on = day_field("Return date")
    adults = party_field("Adults")
    children = party_field("Children")
    infants = party_field("Infants")
    total = forms.CharField(label="Price", required=False)
    exchange_rate = forms.DecimalField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, data: QueryDict | None = None, *, by: Actor, offer: Offer) -> None:
        super().__init__(data, by=by, offer=offer)
        self.fields["total"].help_text = f"In {offer.currency}."
        if offer.currency == by.currency:
            del self.fields["exchange_rate"]
        else:
            self.fields["exchange_rate"].help_text = f"{by.currency} for one {offer.currency}."
        if not (by.may_edit("booking.total") and by.may_see("offer.price")):
            self.fields.pop("total")
            self.fields.pop("exchange_rate", None)

    def _initial(self) -> dict[str, Any]:
        offer = self.offer
        days = {name: getattr(offer, name) for name in ("departs_on", "returns_on")}
        return {
            **super()._initial(),
            **{name: day.isoformat() if day else "" for name, day in days.items()},
            **{name: getattr(offer, name) for name in ("adults", "children", "infants")},
            "product": offer.title,
            "status": "confirmed",
            "booked_on": clock.today(self.by.time_zone).isoformat(),
            "total": f"{offer.price.amount:f}" if offer.price else "",
            "exchange_rate": f"{offer.exchange_rate.normalize():f}",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "total" in values:
            values["total"] = amount_of(self, "total", values["total"], self.offer.currency) or 0
        return values

    def conversion(self) -> Conversion:
        names = ("product", "status", "booked_on", "departs_on", "returns_on")
        party = ("adults", "children", "infants")
        values = self.cleaned_data
        booking = {name: values[name] for name in (*names, *party)}
        if "total" in values:
            booking["total_minor"] = values["total"]
        if values.get("exchange_rate") is not None:
            booking["exchange_rate"] = Decimal(values["exchange_rate"])
        return Conversion(self.buyer_of(), booking)


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def convert(request: HttpRequest, number: int) -> HttpResponse:
    """Make the booking; the page of it follows."""
    by = actor_of(request)
    by.require("bookings.edit")
    by.require_module("bookings")
    offer = queries.get_offer_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, "offers/convert.html", offer, ConvertForm(by=by, offer=offer))
    form = ConvertForm(request.POST, by=by, offer=offer)
    if record_picker.is_searching(request.POST):
        form.errors.clear()
        return _show(request, "offers/convert.html", offer, form)
    if form.is_valid():
        version = saving.posted_version(request) or None
        try:
            booking = converting.convert_offer(offer.id, form.conversion(), by=by, version=version)
        except (InvalidValues, NotAllowed, WrongStatus) as refused:
            _tell(form, refused)
        except PossibleDuplicate as refused:
            form.ask(refused)
        else:
            said = f"Offer {number} is booking {booking.number} now."
            toasts.add(request, said, undo_url=toasts.undo_url())
            return htmx.redirect(request, reverse("bookings:detail", args=[booking.number]))
    return _show(
        request, "offers/convert.html", offer, form, status=409 if form.panel.shown else 422
    )


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def link_customer(request: HttpRequest, number: int) -> HttpResponse:
    """The offeree is one of the customers, or becomes one."""
    by = actor_of(request)
    by.require("customers.view")
    offer = queries.get_offer_by_number(number, by=by)
    if offer.customer_id is not None:
        toasts.add(request, f"Offer {number} has a customer already.", level="info")
        return htmx.redirect(request, page_url(offer))
    if request.method == "GET":
        return _show(request, "offers/customer.html", offer, BuyerForm(by=by, offer=offer))
    form = BuyerForm(request.POST, by=by, offer=offer)
    if record_picker.is_searching(request.POST):
        form.errors.clear()
        return _show(request, "offers/customer.html", offer, form)
    if form.is_valid():
        try:
            customer = converting.link_customer(offer.id, form.buyer_of(), by=by)
        except (InvalidValues, NotAllowed) as refused:
            _tell(form, refused)
        except PossibleDuplicate as refused:
            form.ask(refused)
        else:
            said = f"Offer {number} is for {customer.name} now."
            toasts.add(request, said, undo_url=toasts.undo_url())
            return htmx.redirect(request, page_url(offer))
    return _show(
        request, "offers/customer.html", offer, form, status=409 if form.panel.shown else 422
    )


def _tell(form: BuyerForm, refused: Refusal) -> None:
    if isinstance(refused, InvalidValues):
        saving.show_refusal(form, refused, form.shown_as)
    else:
        form.add_error(None, refused.message)


def _show(
    request: HttpRequest, template: str, offer: Offer, form: BuyerForm, *, status: int = 200
) -> HttpResponse:
    is_booking = isinstance(form, ConvertForm)
    title = f"Make a booking of offer {offer.number}" if is_booking else "Who is the offeree?"
    context = {"offer": offer, "form": form, "dialog_title": title}
    return render(request, template, context, status=status)
