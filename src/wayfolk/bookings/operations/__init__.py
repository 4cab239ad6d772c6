"""Writing bookings: `recording` keeps what was booked, `connecting` what it belongs to.

`commission` computes what partners earn anew; `travelling` writes passengers.
"""

from wayfolk.bookings.operations.commission import (
    recompute_commission,
    recompute_commissions,
)
from wayfolk.bookings.operations.connecting import (
    Connection,
    connect_booking,
    disconnect_booking,
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
    "TypesUnknown",
    "add_passengers",
    "cancel_booking",
    "connect_booking",
    "create_booking",
    "create_with_passengers",
    "derive_folded",
    "disconnect_booking",
    "lock_booking",
    "recompute_commission",
    "recompute_commissions",
    "remove_passenger",
    "set_lead",
    "set_type",
    "settle_leads",
    "take_numbers",
    "update_booking",
]
