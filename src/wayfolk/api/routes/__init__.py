"""The resources of the API. Each operation: translate in, one domain call, translate out."""

from ninja import Router

from wayfolk.api.routes import customers, me

ROUTERS: dict[str, Router] = {
    "Me": me.router,
    "Customers": customers.router,
}
