"""The API as a whole: its operations, its errors, its description."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from wayfolk import __version__
from wayfolk.api import openapi, problems, reading, validation
from wayfolk.api.access import ApiTokenAuth, actor_of
from wayfolk.api.frame import framed
from wayfolk.api.presenters import candidates
from wayfolk.identity.matching.creating import PossibleDuplicate

DESCRIPTION = """\
Everything that the pages of Wayfolk can do, for programs. Each change is one change set that
can be taken back; rights are those of the member for whom the token was made, down to the
field: what a role may not see is absent, what it may not edit is refused. Instants are UTC,
money is an amount in minor units with its currency."""


class Service(NinjaAPI):
    """ninja with our refusals, and a schema that declares once what holds everywhere."""

    def on_exception(self, request: HttpRequest, exc: Any) -> Any:
        """Every error leaves as problem+json."""
        if isinstance(exc, PossibleDuplicate):
            exc = candidates.refusal(exc, by=actor_of(request))
        return problems.from_error(request, exc)

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> Any:
        """Our own words instead of pydantic's."""
        return validation.from_contexts(error_contexts)

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Ninja's description, completed."""
        return openapi.completed(super().get_openapi_schema(**kwargs))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: stable, and readable as the name of a generated method."""
        return str(operation.view_func.__name__)


def build() -> Service:
    """The API with every resource mounted."""
    from wayfolk.api.routes import ROUTERS

    service = Service(
        title="Wayfolk",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        auth=ApiTokenAuth(),
        parser=reading.CheckedParser(),
        urls_namespace="api",
        servers=[],
    )
    service.add_decorator(framed, mode="view")
    for tag, router in ROUTERS:
        service.add_router("", router, tags=[tag])
    return service
