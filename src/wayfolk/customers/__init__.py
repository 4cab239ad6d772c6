"""People and companies of whom a record is kept: names, contact points, addresses, status.

Promises one record per customer with a number that never changes, and folded text that
follows every change. Who they travel with and what they booked lies above.
"""
