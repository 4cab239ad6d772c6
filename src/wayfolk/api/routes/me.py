"""For whom the token speaks."""

from typing import Any

from django.http import HttpRequest

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import organization as shapes

router = Resource()


@router.get("/me", response=shapes.Me)
def get_me(request: HttpRequest) -> Any:
    """The member for whom the token speaks: role, permissions, limited fields, organisation."""
    by = actor_of(request)
    return shapes.Me(
        name=by.name,
        email=by.email,
        role=by.role_name,
        permissions=sorted(by.permissions),
        fields={code: access.value for code, access in sorted(by.field_access.items())},
        organization=shapes.OrganizationFacts(
            name=by.organization_name,
            currency=by.currency,
            time_zone=by.time_zone,
            country=by.country,
            modules=sorted(by.modules),
        ),
    )
