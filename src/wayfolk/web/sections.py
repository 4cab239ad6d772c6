"""Which sections of pages a person left open or closed, kept in a cookie of this browser.

A cookie, so that the server renders each section as it was left and nothing moves after the
page has loaded. static/wayfolk/sections.js writes it: `bookings.1~notes.0`, newest last.
"""

from collections.abc import Mapping

COOKIE = "wayfolk_sections"


def remembered(cookies: Mapping[str, str]) -> dict[str, bool]:
    """Section id -> open; what cannot be read is passed over, the cookie is the browser's."""
    entries = (entry.rpartition(".") for entry in cookies.get(COOKIE, "").split("~"))
    return {name: state == "1" for name, _, state in entries if name and state in {"0", "1"}}
