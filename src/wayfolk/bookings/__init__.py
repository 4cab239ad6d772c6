"""Bookings: what customers bought, and the connection of a booking to a stay or itinerary.

Promises that connecting changes nothing but the connection (TA-08, TA-09), and that a
booking belongs to at most one stay or itinerary; with a stay's itinerary it agrees
because it is read through the stay.
"""
