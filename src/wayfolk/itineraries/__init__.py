"""Itineraries: planned journeys with their stage, dates, party, and linked customers.

Promises that an itinerary with customers always has a point of contact (TP-02), in the
database itself. Stays and bookings point here from above.
"""
