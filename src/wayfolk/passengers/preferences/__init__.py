"""What a person eats, cannot bear, needs and likes (KP-38), from one journey to the next (KP-14).

Noted once on the customer, shown on their page and beside them on every booking. Allergies,
diet and accessibility are health data: the field rule `customer.health` decides who sees them.
An allergy is safety data: it stays with a customer who is deleted, and removing one is taken
back like any other change.
"""
