"""A partner's commission statement: the page, as Excel, as PDF; computing commissions anew."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.bookings import operations, statements
from wayfolk.bookings.statements import BOOKED, DEPARTS, Period, Statement
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.partners import queries
from wayfolk.partners.models import Partner
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.partners import statement_excel, statement_pdf
from wayfolk.web.partners.presenters import page_url

LINES_SHOWN = 200
BOOKINGS_SHOWN = 100
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    """Which days, and whether those of booking or of departure count."""

    first = day_field("From", required=True)
    last = day_field("To (included)", required=True)
    of = forms.ChoiceField(
        label="By", choices=[(BOOKED, "Booking date"), (DEPARTS, "Departure date")]
    )

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        """Without a period in the address: the month before this one, by departure."""
        first, last = last_month(clock.today(by.time_zone))
        filled = {"first": first.isoformat(), "last": last.isoformat(), "of": DEPARTS}
        super().__init__({**filled, **data.dict()})

    def period(self) -> Period | None:
        """None when it cannot be read; then the form says why."""
        if not self.is_valid():
            return None
        values = self.cleaned_data
        return Period(values["first"], values["last"], values["of"])


def last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


@require_GET
@signed_in("partners.terms", module="bookings")
def statement(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = _partner(number, by)
    form = PeriodForm(request.GET, by=by)
    found = _statement(partner, form, by)
    context: dict[str, Any] = {
        "partner": partner,
        "form": form,
        "back_url": page_url(number),
        "statement": found,
        "may_recompute": by.may("bookings.edit"),
    }
    if found is not None:
        query = request.GET.urlencode()
        context |= {
            "lines": found.lines[:LINES_SHOWN],
            "has_more_lines": len(found.lines) > LINES_SHOWN,
            "sold": list(statements.sold_of(found, by=by, limit=BOOKINGS_SHOWN)),
            "has_more_sold": found.count > BOOKINGS_SHOWN,
            "uncomputed": sum(total.uncomputed for total in found.totals),
            "excel_url": f"{reverse('partners:statement_excel', args=[number])}?{query}",
            "pdf_url": f"{reverse('partners:statement_pdf', args=[number])}?{query}",
            "recompute_url": f"{reverse('partners:recompute', args=[number])}?{query}",
        }
    status = 422 if form.errors else 200
    return render(request, "partners/statement.html", context, status=status)


@require_GET
@signed_in("partners.terms", module="bookings")
def as_excel(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    found = _required(number, request.GET, by)
    body = statement_excel.workbook_of(
        found, statements.sold_of(found, by=by), organization=by.organization_name
    )
    return _file(body, EXCEL, _file_name(found, "xlsx"))


@require_GET
@signed_in("partners.terms", module="bookings")
def as_pdf(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    found = _required(number, request.GET, by)
    sold = statements.sold_of(found, by=by, limit=statement_pdf.BOOKINGS_MAX)
    body = statement_pdf.document_of(
        found, sold, organization=by.organization_name, today=clock.today(by.time_zone)
    )
    return _file(body, "application/pdf", _file_name(found, "pdf"))


@require_POST
@signed_in("partners.terms", module="bookings")
def recompute(request: HttpRequest, number: int) -> HttpResponse:
    """The commissions of the bookings made in the period, by the terms as they are now."""
    by = actor_of(request)
    partner = _partner(number, by)
    back = f"{reverse('partners:statement', args=[number])}?{request.GET.urlencode()}"
    period = PeriodForm(request.GET, by=by).period()
    if period is None:
        return htmx.redirect(request, back)
    changed = operations.recompute_commissions(partner.id, period=period, by=by)
    undo = toasts.undo_url()
    said = f"Computed anew: {changed:,} commissions changed." if undo else "Nothing had changed."
    toasts.add(request, said, level="success" if undo else "info", undo_url=undo)
    return htmx.redirect(request, back)


def _partner(number: int, by: Actor) -> Partner:
    """Whoever may not see what bookings cost or earn gets no statement."""
    for code, words in (("booking.total", "prices"), ("booking.commission", "commissions")):
        if not by.may_see(code):
            raise NotAllowed(
                f"A statement shows {words} of bookings, which your role “{by.role_name}” does not"
                " see. An administrator can change that under Settings, Roles."
            )
    return queries.get_partner_by_number(number, by=by)


def _statement(partner: Partner, form: PeriodForm, by: Actor) -> Statement | None:
    period = form.period()
    if period is None:
        return None
    try:
        return statements.statement_of(partner.id, period, by=by)
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
        return None


def _required(number: int, query: QueryDict, by: Actor) -> Statement:
    """For files, which have no form to show a fault in."""
    partner, form = _partner(number, by), PeriodForm(query, by=by)
    found = _statement(partner, form, by)
    if found is None:
        raise InvalidValues({name: str(errors[0]) for name, errors in form.errors.items()})
    return found


def _file(body: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


def _file_name(found: Statement, ending: str) -> str:
    """By number, not by name: names in headers would have to be encoded."""
    period = found.period
    return f"statement-{found.partner.number}-{period.first}-{period.last}.{ending}"
