"""What the frame around every page shows: navigation, the person, the commands of the palette.

`context` is the only thing the base templates need; a page adds nothing for them.
"""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the product, or something to create in it. `key` goes there after G, "" for none.

    Shown to whoever has one of the permissions (empty: to everybody) where the module is
    switched on ("" for a part that cannot be switched off). `views`: what the names of its pages
    begin with, unless they are all those of its namespace; the longest beginning decides.
    """

    label: str
    url_name: str
    icon: str
    key: str = ""
    permissions: tuple[str, ...] = ()
    module: str = ""
    views: tuple[str, ...] = ()

    @property
    def beginnings(self) -> tuple[str, ...]:
        namespace, colon, _ = self.url_name.partition(":")
        return self.views or (namespace + colon,)


SECTIONS = (
    Section("Home", "home", "home", "h"),
    Section(
        "Customers",
        "customers:list",
        "users",
        "c",
        ("customers.view",),
        # A customer's timeline, and what is written and noted from there.
        views=("customers:", "communications:"),
    ),
    Section(
        "Duplicates",
        "duplicates:lane",
        "git-merge",
        "d",
        ("customers.merge",),
        views=("duplicates:", "merges:"),
    ),
    Section("Households", "households:list", "home-heart", "o", ("households.view",), "households"),
    Section("Itineraries", "itineraries:list", "route", "i", ("itineraries.view",), "itineraries"),
    Section("Bookings", "bookings:list", "ticket", "b", ("bookings.view",), "bookings"),
    Section("Offers", "offers:list", "tag", "f", ("offers.view",), "offers"),
    Section("Stays", "stays:list", "bed", "s", ("stays.view",), "stays"),
    Section(
        "Trade partners", "partners:list", "building-store", "p", ("partners.view",), "partners"
    ),
    Section(
        "Sends to many",
        "communications:bulk_list",
        "mail",
        "l",
        ("communications.bulk",),
        "communications",
        views=("communications:bulk",),
    ),
    Section(
        "Caught messages",  # there in the demo only
        "communications:caught",
        "inbox",
        "t",
        ("communications.view",),
        "communications",
        views=("communications:caught",),
    ),
    Section("Service cases", "cases:list", "flag", "v", ("service.view",), "service"),
    Section(
        "Bonus and extras",
        "bonus:list",
        "gift",
        "n",
        ("loyalty.view",),
        "loyalty",
        views=("bonus:", "extras:"),
    ),
    Section("Reports", "reports:bookings", "report-analytics", "a", ("bookings.view",), "bookings"),
    Section("Imports", "imports:list", "file-import", "m", ("imports.run",), "imports"),
    Section("Recent changes", "changes:list", "history", "r", ("history.view",)),
    Section("Settings", "settings:index", "settings", "e"),
)

# What the palette offers to make.
CREATIONS = (
    Section("New customer", "customers:create", "user-plus", "", ("customers.edit",)),
    Section(
        "New household", "households:create", "home-heart", "", ("households.edit",), "households"
    ),
    Section(
        "New itinerary", "itineraries:create", "route", "", ("itineraries.edit",), "itineraries"
    ),
    Section("New booking", "bookings:create", "ticket", "", ("bookings.edit",), "bookings"),
    Section("New offer", "offers:create", "tag", "", ("offers.edit",), "offers"),
    Section("New catalog order", "catalogs:create", "notebook", "", ("catalogs.edit",), "catalogs"),
    Section("New stay", "stays:create", "bed", "", ("stays.edit",), "stays"),
    Section(
        "New trade partner", "partners:create", "building-store", "", ("partners.edit",), "partners"
    ),
    Section("New service case", "cases:create", "flag", "", ("service.edit",), "service"),
    Section("Import a file", "imports:create", "file-import", "", ("imports.run",), "imports"),
)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry as the template shows it."""

    label: str
    url: str
    icon: str
    key: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the base templates read. Signed out, `actor` is None and the lists are empty."""

    actor: Actor | None
    navigation: tuple[NavigationItem, ...]
    creations: tuple[NavigationItem, ...]
    home_url: str
    search_url: str
    sign_out_url: str
    sessions_url: str
    switch_url: str
    path: str

    @property
    def section(self) -> str:
        """The label of the part that the page belongs to, "" when it belongs to none."""
        return next((item.label for item in self.navigation if item.is_current), "")


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor: `shell`, the toasts that wait, and the layout of pages in a dialog.

    Toasts are taken only when the template reads them, so a fragment leaves them waiting.
    """
    layout = "shell/dialog.html" if htmx.wants_dialog(request) else "shell/dialog_page.html"
    return {
        "shell": shell_for(request),
        "waiting_toasts": lambda: toasts.take(request),
        "dialog_layout": layout,
        "is_dialog": htmx.wants_dialog(request),
    }


def shell_for(request: HttpRequest) -> Shell:
    """The shell of this request, also where no middleware has put an actor on it."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    has_several = bool(getattr(request, "has_several_organizations", False))
    return Shell(
        actor=actor,
        navigation=_items(SECTIONS, actor, request),
        creations=_items(CREATIONS, actor, request),
        home_url=url_of("home") or "/",
        search_url=url_of("search"),
        sign_out_url=url_of("account_logout"),
        sessions_url=url_of("usersessions_list"),
        switch_url=url_of("settings:organizations") if has_several else "",
        path=htmx.current_path(request),
    )


def url_of(name: str) -> str:
    """The address of this name, "" while no part of the product has taken it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _items(
    sections: tuple[Section, ...], actor: Actor | None, request: HttpRequest
) -> tuple[NavigationItem, ...]:
    if actor is None:
        return ()
    return tuple(
        NavigationItem(section.label, url, section.icon, section.key, _is_current(section, request))
        for section in sections
        if _is_open_to(section, actor) and (url := url_of(section.url_name))
    )


def _is_open_to(section: Section, actor: Actor) -> bool:
    permitted = not section.permissions or any(map(actor.may, section.permissions))
    return permitted and (not section.module or actor.has_module(section.module))


def _is_current(section: Section, request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and section is _section_of(match.view_name)


def _section_of(view_name: str) -> Section | None:
    """The part of the product that a page belongs to."""
    fitting = [
        (len(beginning), section)
        for section in SECTIONS
        for beginning in section.beginnings
        if view_name.startswith(beginning)
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None
