"""Stays: accommodation reservations of guests, usually from a hotel's own system.

A stay is found by its reservation number and may belong to an itinerary.
"""
