"""What was paid on bookings, what is still owed, and by when.

Promises that no booking gives back more than it received, and that the balance of each booking
with payments or due dates is kept by the database (docs/algorithms/balances.md). Whoever may not
see prices sees nothing of it.
"""
