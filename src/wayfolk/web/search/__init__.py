"""The search palette and its page: customers, itineraries, bookings, stays, commands."""
