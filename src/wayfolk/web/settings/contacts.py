"""What counts as a shared email or phone in this organisation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.customers.operations import sharing as operations
from wayfolk.customers.queries import sharing as queries
from wayfolk.customers.rules.sharing import RELAYS
from wayfolk.kit.errors import InvalidValues
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.settings import answers
from wayfolk.web.settings.forms import SharingForm


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer")
def contacts(request: HttpRequest) -> HttpResponse:
    """From how many customers on, and further relays beside the known ones."""
    by = actor_of(request)
    if request.method == "POST":
        form = SharingForm(request.POST)
        if form.is_valid():
            try:
                operations.set_sharing(**form.cleaned_data, by=by)
            except InvalidValues as refused:
                answers.put_into(form, refused)
            else:
                answers.tell_done(request, "Saved what counts as shared.")
                return htmx.redirect(request, reverse("settings:contacts"))
    else:
        stored = queries.load_settings()
        names = ("shared_from", "relay_domains")
        form = SharingForm(initial={name: getattr(stored, name) for name in names})
    context = {"form": form, "known": sorted(RELAYS)}
    return render(request, "settings/contacts.html", context, status=422 if form.errors else 200)
