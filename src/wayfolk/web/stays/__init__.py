"""The pages of stays: list, record, form, and the itinerary that a stay belongs to."""
