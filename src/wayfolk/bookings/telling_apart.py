"""Passengers of one booking are two people: told to matching."""

from wayfolk.identity.matching.against import Source

TRAVELLED_TOGETHER = Source(
    level="together",
    words="Both travelled on booking {}",
    permission="bookings.view",
    sql="""
        SELECT p.low, p.high, min(b.number)::text
        FROM unnest(%(low)s::uuid[], %(high)s::uuid[]) AS p (low, high)
        JOIN bookings_bookingpassenger mine
            ON mine.organization_id = %(organization)s AND mine.customer_id = p.low
        JOIN bookings_bookingpassenger its
            ON its.organization_id = %(organization)s AND its.booking_id = mine.booking_id
            AND its.customer_id = p.high
        JOIN bookings_booking b
            ON b.organization_id = %(organization)s AND b.id = mine.booking_id
        GROUP BY p.low, p.high
    """,
)
