"""The demo organisation: hotel reservations and a written cast, through the product's own doors.

Seeded once into an empty database; nothing here is imported outside the demo.
"""
