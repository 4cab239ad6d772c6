"""Two reports that are never one: what bookings came to, and who travelled (TQ-57).

A booking counts once in the first, with its money, whoever travels on it. In the second each named
passenger counts, on every journey, and there is no money: an amount belongs to a booking, and to
add it up by passengers would count it once for each of them.
"""
