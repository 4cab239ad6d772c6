"""The pages of bookings: list, record, form, and the connection to a stay or itinerary."""
