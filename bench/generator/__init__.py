"""A seeded travel company of any size: families, agencies, trips, stays and bookings.

The same rows and seed give the same company, whatever the number of processes. Names are
skewed as in life, from thirteen locales with their diacritics and scripts; ids are made
from the row's place, so that references need no look-up.
"""
