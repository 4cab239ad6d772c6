"""Travellers of one itinerary are two people: told to matching."""

from wayfolk.identity.matching.against import Source

TRAVELLED_TOGETHER = Source(
    level="together",
    words="Both travel on trip {}",
    permission="itineraries.view",
    sql="""
        SELECT p.low, p.high, 'T-' || lpad(min(i.number)::text, 5, '0')
        FROM unnest(%(low)s::uuid[], %(high)s::uuid[]) AS p (low, high)
        JOIN itineraries_itinerarycustomer mine
            ON mine.organization_id = %(organization)s AND mine.customer_id = p.low
            AND mine.is_travelling
        JOIN itineraries_itinerarycustomer its
            ON its.organization_id = %(organization)s AND its.itinerary_id = mine.itinerary_id
            AND its.customer_id = p.high AND its.is_travelling
        JOIN itineraries_itinerary i
            ON i.organization_id = %(organization)s AND i.id = mine.itinerary_id
        GROUP BY p.low, p.high
    """,
)
