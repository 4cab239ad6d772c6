"""Settings, Offers: on which days they remind, by what, and with which words."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.kit.errors import InvalidValues
from wayfolk.sales.models import ReminderChannel
from wayfolk.sales.operations import lists
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules import reminders
from wayfolk.web import htmx, saving
from wayfolk.web.access import actor_of, signed_in


class SettingsForm(forms.Form):
    reminder_days = forms.CharField(
        label="Remind after days",
        required=False,
        help_text="Days after sending, such as 3,7,14,21; empty: never.",
    )
    reminder_channel = forms.ChoiceField(label="By", choices=ReminderChannel.choices)
    offer_subject = forms.CharField(label="Subject of an offer")
    offer_body = forms.CharField(
        label="Text of an offer", widget=forms.Textarea(attrs={"rows": 10})
    )
    reminder_subject = forms.CharField(label="Subject of a reminder")
    reminder_body = forms.CharField(
        label="Text of a reminder", widget=forms.Textarea(attrs={"rows": 8})
    )


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer", module="offers")
def edit(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    if request.method == "GET":
        present = queries.get_settings()
        names = SettingsForm.base_fields
        return _show(request, SettingsForm(initial={n: getattr(present, n) for n in names}))
    form = SettingsForm(request.POST)
    if form.is_valid():
        try:
            lists.update_settings(form.cleaned_data, by=by)
        except InvalidValues as refused:
            saving.show_refusal(form, refused, {})
        else:
            saving.tell_updated(request, "The settings of offers")
            return htmx.redirect(request, reverse("offer_settings:edit"))
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    placeholders = [f"{{{name}}}" for name in reminders.PLACEHOLDERS]
    context = {"form": form, "placeholders": placeholders}
    return render(request, "offers/settings.html", context, status=status)
