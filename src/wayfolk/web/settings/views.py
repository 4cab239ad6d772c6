"""The first page of the settings, the organisation's profile and its modules."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from wayfolk.kit.errors import InvalidValues
from wayfolk.organization import operations
from wayfolk.organization.models import Organization
from wayfolk.organization.operations import Profile
from wayfolk.staff.rules import ADMINISTER, Actor
from wayfolk.web import htmx, shell
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.settings import answers
from wayfolk.web.settings.forms import ProfileForm

_ORGANIZATION = "organization.administer"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the settings: what one finds there, and who."""

    label: str
    url_name: str
    icon: str
    text: str
    permission: str = ""
    module: str = ""

    @property
    def url(self) -> str:
        return shell.url_of(self.url_name)

    def is_open_to(self, by: Actor) -> bool:
        permitted = not self.permission or by.may(self.permission)
        return permitted and (not self.module or by.has_module(self.module)) and bool(self.url)


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Your account",
        (
            Entry("Password", "account_change_password", "key", "Choose a new one"),
            Entry("Two-step sign-in", "mfa_index", "shield-check", "A code besides the password"),
            Entry("Your sessions", "usersessions_list", "devices", "Where you are signed in"),
            Entry("API tokens", "settings:tokens", "api", "Let a program act for you"),
        ),
    ),
    (
        "Organisation",
        (
            Entry("Profile", "settings:profile", "building", "Name, currency", _ORGANIZATION),
            Entry("Modules", "settings:modules", "category", "Parts in use", _ORGANIZATION),
            Entry(
                "Brands",
                "settings:brands",
                "tag",
                "Under which names you sell, their number ranges",
                _ORGANIZATION,
            ),
            Entry(
                "Shared contacts",
                "settings:contacts",
                "address-book",
                "Relays of booking sites, desks, families",
                _ORGANIZATION,
            ),
            Entry(
                "Duplicates",
                "settings:duplicates",
                "git-merge",
                "What counts as the same person, and from when on you are asked",
                _ORGANIZATION,
            ),
            Entry(
                "Email and SMS",
                "settings:messages",
                "mail",
                "Mail server, SMS gateway, sender",
                _ORGANIZATION,
                "communications",
            ),
            Entry(
                "Stages of itineraries",
                "stages:list",
                "list-check",
                "The steps of a trip's life",
                _ORGANIZATION,
                "itineraries",
            ),
            Entry(
                "Booking lines",
                "line_catalogues:categories",
                "coins",
                "Categories of a booking's price",
                _ORGANIZATION,
                "bookings",
            ),
            Entry(
                "Pickup points",
                "line_catalogues:pickup_points",
                "map-pin",
                "Where guests are picked up, and for how much",
                _ORGANIZATION,
                "bookings",
            ),
            Entry(
                "Discounts and supplements",
                "line_catalogues:adjustments",
                "tags",
                "What lowers or raises a price, and bonus codes",
                _ORGANIZATION,
                "bookings",
            ),
            Entry(
                "Offers and reminders",
                "offer_settings:edit",
                "mail",
                "On which days they remind, what is written",
                _ORGANIZATION,
                "offers",
            ),
            Entry(
                "Reasons for closing offers",
                "sales_lists:close-reasons",
                "list-check",
                "Why an offer came to nothing",
                _ORGANIZATION,
                "offers",
            ),
            Entry(
                "Catalogues",
                "sales_lists:catalogues",
                "notebook",
                "What customers can order",
                _ORGANIZATION,
                "catalogs",
            ),
            Entry(
                "Passenger ages",
                "passenger_ages:list",
                "cake",
                "Who travels as infant, child, adult",
                _ORGANIZATION,
                "bookings",
            ),
            Entry(
                "Reasons of service cases",
                "reasons:list",
                "flag",
                "Why cases are opened",
                _ORGANIZATION,
                "service",
            ),
            Entry(
                "Questionnaires",
                "questionnaires:list",
                "clipboard-list",
                "What guests are asked after a trip",
                _ORGANIZATION,
                "questionnaires",
            ),
            Entry(
                "Happiness scores",
                "questionnaires:happiness",
                "heart",
                "What they are called",
                _ORGANIZATION,
                "questionnaires",
            ),
            Entry(
                "Bonus and extras",
                "bonus_settings:index",
                "gift",
                "Programmes, kinds of extras, how points are earned",
                _ORGANIZATION,
                "loyalty",
            ),
        ),
    ),
    (
        "People and rights",
        (
            Entry("People", "settings:people", "users", "Invite, change, switch off", ADMINISTER),
            Entry("Roles", "settings:roles", "shield", "Who may see and do what", ADMINISTER),
        ),
    ),
)


@require_GET
@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    """What this person may set, from their own account to the whole organisation."""
    by = actor_of(request)
    groups = [(title, [e for e in entries if e.is_open_to(by)]) for title, entries in GROUPS]
    context = {
        "groups": [group for group in groups if group[1]],
        "has_several": getattr(request, "has_several_organizations", False),
    }
    return render(request, "settings/index.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(_ORGANIZATION)
def profile(request: HttpRequest) -> HttpResponse:
    """Name, country, currency, time zone, order of dates."""
    by = actor_of(request)
    organization = Organization.objects.get(id=by.organization_id)
    names = ("name", "country", "currency", "time_zone", "date_order")
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            try:
                operations.update_profile(Profile(**form.cleaned_data), by=by)
            except InvalidValues as refused:
                answers.put_into(form, refused)
            else:
                answers.tell_done(request, "The profile is saved.")
                return htmx.redirect(request, reverse("settings:profile"))
    else:
        form = ProfileForm(initial={name: getattr(organization, name) for name in names})
    status = 422 if form.errors else 200
    return render(request, "settings/profile.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@signed_in(_ORGANIZATION)
def modules(request: HttpRequest) -> HttpResponse:
    """Which parts of the product the organisation uses."""
    by = actor_of(request)
    if request.method == "POST":
        changed = operations.set_modules(frozenset(request.POST.getlist("modules")), by=by)
        words = [f"{m.get_code_display()} {'on' if m.is_on else 'off'}" for m in changed]
        text = f"Switched {', '.join(words)}." if changed else "The modules are as they were."
        answers.tell_done(request, text)
        return htmx.redirect(request, reverse("settings:modules"))
    return render(request, "settings/modules.html", {"modules": operations.list_modules()})
