"""The resources of the API. Each operation: translate in, one domain call, translate out."""

from ninja import Router

from wayfolk.api.routes import (
    account_types,
    booking_passengers,
    bookings,
    changes,
    connections,
    contact_points,
    contact_sharing,
    customers,
    household_people,
    households,
    imports,
    itineraries,
    itinerary_customers,
    me,
    partner_terms,
    partners,
    passenger_ages,
    properties,
    stages,
    stays,
)

ROUTERS: tuple[tuple[str, Router], ...] = (
    ("Me", me.router),
    ("Customers", customers.router),
    ("Customers", account_types.router),
    ("Customers", contact_points.router),
    ("Customers", contact_sharing.router),
    ("Households", households.router),
    ("Households", household_people.router),
    ("Trade partners", partners.router),
    ("Trade partners", partner_terms.router),
    ("Itineraries", itineraries.router),
    ("Itineraries", itinerary_customers.router),
    ("Itineraries", stages.router),
    ("Stays", stays.router),
    ("Stays", properties.router),
    ("Bookings", bookings.router),
    ("Bookings", connections.router),
    ("Bookings", booking_passengers.router),
    ("Bookings", passenger_ages.router),
    ("Imports", imports.router),
    ("Changes", changes.router),
)
