"""The page that shows every component in every state: for developers, and for the demo."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wayfolk.kit import clock
from wayfolk.web import htmx, toasts
from wayfolk.web import style_guide_samples as samples
from wayfolk.web.access import signed_in

TONES = ("neutral", "accent", "info", "success", "warning", "danger")
LEVELS: tuple[toasts.Level, ...] = ("success", "info", "warning", "error")


class SampleForm(forms.Form):
    """One field of each kind."""

    first_name = forms.CharField(max_length=100, help_text="All that a new customer needs.")
    email = forms.EmailField(required=False, help_text="Used for itinerary copies.")
    arrives_on = forms.DateField(
        label="Arrival", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    country = forms.ChoiceField(
        required=False, choices=[("", "–"), ("DK", "Denmark"), ("PT", "Portugal")]
    )
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    special_guest = forms.BooleanField(required=False)
    travels_as = forms.ChoiceField(
        widget=forms.RadioSelect,
        initial="guest",
        choices=[("guest", "Guest"), ("planner", "Planner, does not travel")],
    )
    interests = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sailing", "Sailing"), ("food", "Food and wine"), ("hiking", "Hiking")],
    )
    number = forms.CharField(required=False, disabled=True, initial="C-10482")


@signed_in()
def style_guide(request: HttpRequest) -> HttpResponse:
    """The page; asked for its dialog, the sample dialog; posted to, the sample form's answer."""
    if request.method == "POST":
        return _sample_answer(request)
    if "dialog" in request.GET:
        return _sample_dialog(request, SampleForm(), status=200)
    if level := request.GET.get("toast"):
        return _sample_toast(request, level)
    context = {
        "tones": TONES,
        "levels": LEVELS,
        "form": SampleForm(),
        "refused_form": SampleForm(
            {"email": "anna.at.example", "travels_as": "guest"}, auto_id="refused_%s"
        ),
        **_records(),
    }
    return render(request, "style_guide.html", context)


def _sample_answer(request: HttpRequest) -> HttpResponse:
    form = SampleForm(request.POST)
    if not form.is_valid():
        return _sample_dialog(request, form, status=422)
    toasts.add(request, f"Created {form.cleaned_data['first_name']}.", undo_url=request.path)
    return htmx.redirect(request, request.path)


def _sample_dialog(request: HttpRequest, form: SampleForm, *, status: int) -> HttpResponse:
    context = {"form": form, "dialog_title": "New customer"}
    return render(request, "style_guide/dialog.html", context, status=status)


def _sample_toast(request: HttpRequest, level: str) -> HttpResponse:
    known: toasts.Level = next((name for name in LEVELS if name == level), "info")
    toasts.add(request, "Linked Anna Holm to Lisbon in May.", level=known, undo_url=request.path)
    return htmx.redirect(request, request.path)


def _records() -> dict[str, object]:
    now = clock.now()
    return {**samples.RECORDS, **samples.changes(now), "other_at": now - timedelta(minutes=1)}
