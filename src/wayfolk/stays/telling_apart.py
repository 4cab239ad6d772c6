"""Guests of two hotels in the same night are two people: told to matching."""

from wayfolk.identity.matching.against import Source

ELSEWHERE = Source(
    level="elsewhere",
    words="In two places at once: {}",
    permission="stays.view",
    sql="""
        SELECT p.low, p.high, min(concat(here.name, ' and ', there.name, ', ',
            to_char(greatest(mine.arrival_on, its.arrival_on), 'YYYY-MM-DD')))
        FROM unnest(%(low)s::uuid[], %(high)s::uuid[]) AS p (low, high)
        JOIN stays_stay mine
            ON mine.organization_id = %(organization)s AND mine.guest_id = p.low
            AND mine.status IN ('expected', 'in_house', 'departed')
        JOIN stays_stay its
            ON its.organization_id = %(organization)s AND its.guest_id = p.high
            AND its.status IN ('expected', 'in_house', 'departed')
            AND its.hotel_id <> mine.hotel_id
            AND its.arrival_on < mine.departure_on AND mine.arrival_on < its.departure_on
        JOIN stays_property here
            ON here.organization_id = %(organization)s AND here.id = mine.hotel_id
        JOIN stays_property there
            ON there.organization_id = %(organization)s AND there.id = its.hotel_id
        GROUP BY p.low, p.high
    """,
)
