"""Creating a customer: a form for each account type, and a switch between them (KP-06, TP-36).

Who may be the customer already is shown beside the form as it is filled in, and asked about
before anybody is created who looks the same (KP-31).
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import Answers, PossibleDuplicate
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.operations import companies
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, record_picker, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import candidates, forms, trade
from wayfolk.web.customers.candidates import NOBODY, Panel
from wayfolk.web.customers.forms import FORMS, CustomerForm, PersonForm
from wayfolk.web.customers.trade import TradeForm
from wayfolk.web.search.new_customer import fields_of

SWITCH = "switch"
LOOK = "look"  # the button for who has no JavaScript: show who looks the same
SHEET = "new-customer"  # the form's element, which the switch swaps
_NAMES = (*PersonForm.base_fields, *TradeForm.base_fields)


@dataclass
class Sheet:
    """The forms of a new customer. `carried`: typed into fields of the other account type.

    `panel`: who may be the customer already; `asks`: whether that has to be answered first.
    """

    form: CustomerForm
    trade: TradeForm | None = None
    carried: dict[str, str] = field(default_factory=dict)
    is_dirty: bool = False
    panel: Panel = NOBODY
    asks: bool = False

    @property
    def is_valid(self) -> bool:
        is_customer_valid = self.form.is_valid()  # both are asked: every fault is told
        return (self.trade is None or self.trade.is_valid()) and is_customer_valid

    def show_refusal(self, refused: InvalidValues) -> None:
        """Each message at its field, in whichever form that is."""
        for stored_name, message in refused.errors.items():
            name = trade.STORED_AS.get(stored_name, stored_name)
            owner = self.trade if self.trade and name in self.trade.fields else self.form
            owner.add_error(name if name in owner.fields else None, message)


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new customer; `kind` chooses which, `q` is what was searched for in vain."""
    by = actor_of(request)
    if request.method == "GET":
        return _show(request, _empty(request, by))
    if request.POST.get(SWITCH):
        return _show(request, _switched(request.POST, by))
    sheet = _filled(request.POST, by)
    if record_picker.is_searching(request.POST) or request.POST.get(LOOK):
        sheet.panel, sheet.is_dirty = candidates.panel_of(_typed(sheet), by=by), True
        for each in (sheet.form, sheet.trade):
            if each is not None:
                each.errors.clear()  # nothing was sent to be saved yet
        return _show(request, sheet)
    customer = _create(sheet, by, _answers(request.POST))
    if customer is None:
        return _show(request, sheet, status=409 if sheet.asks else 422)
    toasts.add(request, f"Created {customer.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("customers:detail", args=[customer.number]))


def _answers(sent: QueryDict) -> Answers:
    return candidates.answers_of(sent, anyway=candidates.ANYWAY in sent)


@require_POST
@signed_in("customers.edit")
def alike(request: HttpRequest) -> HttpResponse:
    """Who may be the customer being typed: the panel; 204 where it shows just that already."""
    by = actor_of(request)
    panel = candidates.panel_of(_typed(_filled(request.POST, by)), by=by)
    if candidates.is_shown(panel, request.POST):
        return HttpResponse(status=204)
    context = {"panel": panel, "sheet_id": SHEET, "status": "candidates-status"}
    return render(request, "customers/_candidates_answer.html", context)


def _typed(sheet: Sheet) -> CustomerData:
    """What of the form can be read so far."""
    sheet.form.is_valid()
    return _data_of(sheet.form)


def _empty(request: HttpRequest, by: Actor) -> Sheet:
    kind = _known(request.GET.get("kind", ""))
    return _sheet(kind, by, initial=_searched_for(request.GET.get("q", ""), kind))


def _filled(sent: QueryDict, by: Actor) -> Sheet:
    kind = _known(sent.get("kind", ""))
    is_trading = kind == Kind.COMPANY and trade.may_use(by)
    form = FORMS[kind](sent, by=by)
    return Sheet(form, TradeForm(sent, by=by) if is_trading else None, _carried(sent, form))


def _switched(sent: QueryDict, by: Actor) -> Sheet:
    """The other form with what was typed; what it has no field for comes back with the first."""
    typed = {name: str(value) for name, value in sent.items() if value}
    kind = _known(typed[SWITCH])
    if kind == Kind.COMPANY and not typed.get("company_name"):
        typed["company_name"] = " ".join(
            typed[name] for name in ("given_name", "family_name") if name in typed
        )
    sheet = _sheet(kind, by, initial=typed)
    sheet.carried = _carried(sent, sheet.form)
    sheet.is_dirty = any(name in sheet.form.fields or name in _NAMES for name in typed)
    return sheet


def _sheet(kind: str, by: Actor, *, initial: dict[str, Any]) -> Sheet:
    is_trading = kind == Kind.COMPANY and trade.may_use(by)
    return Sheet(
        FORMS[kind](by=by, initial=initial),
        TradeForm(by=by, initial=initial) if is_trading else None,
    )


def _carried(sent: QueryDict, form: CustomerForm) -> dict[str, str]:
    """What was typed into fields that this account type has not."""
    own = set(form.fields) | (set(TradeForm.base_fields) if form.kind == Kind.COMPANY else set())
    return {name: str(sent[name]) for name in _NAMES if sent.get(name) and name not in own}


def _create(sheet: Sheet, by: Actor, answers: Answers) -> Customer | None:
    """A new customer from the forms; None where they now carry the reasons why not."""
    if not sheet.is_valid:
        return None
    try:
        return _stored(_data_of(sheet.form), sheet.trade, by, answers)
    except InvalidValues as refused:
        sheet.show_refusal(refused)
    except PossibleDuplicate as refused:
        sheet.panel = candidates.panel_for(refused.candidates, by=by)
        sheet.asks = sheet.is_dirty = True
    return None


def _data_of(form: CustomerForm) -> CustomerData:
    filled = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    return forms.data_of({**filled, "kind": form.kind.value})


def _stored(data: CustomerData, wish: TradeForm | None, by: Actor, answers: Answers) -> Customer:
    if wish is None or not wish.cleaned_data["level"]:
        return creating.create_checked(data, by=by, answers=answers).customer
    made = companies.create_company_partner(
        data, wish.partner_data(), by=by, business_id=wish.business_id(), answers=answers
    )
    customer: Customer = made.customer
    return customer


def _known(kind: object) -> str:
    return str(kind) if kind in FORMS else Kind.PERSON.value


def _searched_for(query: str, kind: str) -> dict[str, str]:
    found = fields_of(query)
    if kind == Kind.COMPANY and {"given_name", "family_name"} & set(found):
        names = [found.pop(name, "") for name in ("given_name", "family_name")]
        found["company_name"] = " ".join(name for name in names if name)
    reach = {"email": "primary_email", "phone": "primary_phone"}
    return {reach.get(name, name): found[name] for name in found}


def _show(request: HttpRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    is_swapped = htmx.target(request) == SHEET
    context = {
        "sheet": sheet,
        "form": sheet.form,
        "trade": sheet.trade,
        "kind": sheet.form.kind.value,
        "kinds": Kind.choices,
        "sheet_id": SHEET,
        "panel": sheet.panel,
        "primary_faults": _faults(sheet.form, "primary_"),
        "secondary_faults": _faults(sheet.form, "secondary_"),
    }
    template = "customers/_create.html" if is_swapped else "customers/create.html"
    return render(request, template, context, status=status)


def _faults(form: CustomerForm, prefix: str) -> int:
    return sum(1 for name in form.errors if name.startswith(prefix))
