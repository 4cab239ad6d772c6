"""The two reports: bookings with their money, passengers without (TQ-57)."""
