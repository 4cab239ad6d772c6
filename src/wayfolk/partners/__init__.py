"""Trade partners: consortia, agencies and agents, their contacts, ids and commercial terms.

Promises that a partner is a customer of its own and never a second record of one, that the
hierarchy goes down from consortium to agency to agent and has no cycles, and that of one
partner and product at most one term is valid on any day. What a booking earns is computed
from the terms here; bookings above keep the result as it was that day.
"""
