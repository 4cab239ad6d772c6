"""Writing bookings: `recording` keeps what was booked, `connecting` what it belongs to.

`commission` computes what partners earn anew.
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

__all__ = [
    "Connection",
    "StaleBooking",
    "cancel_booking",
    "connect_booking",
    "create_booking",
    "derive_folded",
    "disconnect_booking",
    "lock_booking",
    "recompute_commission",
    "recompute_commissions",
    "update_booking",
]
