"""Which sections of pages a member left open or closed, the same in every browser.

The server renders each section as it was left, so that nothing moves after the page has loaded.
static/wayfolk/sections.js tells when one is opened or closed.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from wayfolk.staff import layouts
from wayfolk.web.access import actor_of, signed_in

STATES = {"open": True, "closed": False}


def is_open(request: HttpRequest | None, section: str, *, otherwise: bool) -> bool:
    """As this member left the section; `otherwise` for one that they never touched."""
    actor = getattr(request, "actor", None)
    return otherwise if actor is None else bool(actor.sections.get(section, otherwise))


@require_POST
@signed_in()
def remember(request: HttpRequest) -> HttpResponse:
    """`open` and `closed`: ids of sections, each as often as there are."""
    states = {name: state for key, state in STATES.items() for name in request.POST.getlist(key)}
    layouts.remember_sections(states, by=actor_of(request))
    return HttpResponse(status=204)
