"""Writing bookings: `recording` keeps what was booked, `connecting` what it belongs to.

`commission` computes what partners earn anew; `travelling` writes passengers, `pricing` lines,
`categories` and `catalogues` what lines are made of, `choosing_pickup` what guests choose.
"""

from wayfolk.bookings.operations.catalogues import (
    StaleEntry,
    create_adjustment,
    create_pickup_point,
    update_adjustment,
    update_pickup_point,
)
from wayfolk.bookings.operations.categories import (
    add_category,
    change_category,
    create_default_categories,
)
from wayfolk.bookings.operations.commission import (
    recompute_commission,
    recompute_commissions,
)
from wayfolk.bookings.operations.connecting import (
    Connection,
    connect_booking,
    disconnect_booking,
)
from wayfolk.bookings.operations.pricing import (
    add_line,
    remove_line,
    set_lines,
    update_line,
)
from wayfolk.bookings.operations.recording import (
    StaleBooking,
    cancel_booking,
    create_booking,
    derive_folded,
    lock_booking,
    update_booking,
)
from wayfolk.bookings.operations.travelling import (
    TypesUnknown,
    add_passengers,
    create_with_passengers,
    remove_passenger,
    set_lead,
    set_type,
    settle_leads,
    take_numbers,
)

__all__ = [
    "Connection",
    "StaleBooking",
    "StaleEntry",
    "TypesUnknown",
    "add_category",
    "add_line",
    "add_passengers",
    "cancel_booking",
    "change_category",
    "connect_booking",
    "create_adjustment",
    "create_booking",
    "create_default_categories",
    "create_pickup_point",
    "create_with_passengers",
    "derive_folded",
    "disconnect_booking",
    "lock_booking",
    "recompute_commission",
    "recompute_commissions",
    "remove_line",
    "remove_passenger",
    "set_lead",
    "set_lines",
    "set_type",
    "settle_leads",
    "take_numbers",
    "update_adjustment",
    "update_booking",
    "update_line",
    "update_pickup_point",
]
