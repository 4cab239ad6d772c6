"""Writing itineraries. One change set each, the itinerary's row locked first.

`planning`: the itinerary itself; `linking`: customers on it and points of contact;
`staging`: the organisation's list of stages; `deletion`: what a customer's deletion does here.
"""
