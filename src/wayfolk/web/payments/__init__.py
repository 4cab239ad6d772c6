"""Payments: on a booking's page, on a customer's page, and the list of what is late (KP-39)."""
