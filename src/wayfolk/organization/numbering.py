"""Human numbers, unique per organisation and kind."""

from django.db import connection

from wayfolk.kit import clock, ids, tenancy


def take_numbers(kind: str, count: int = 1) -> range:
    """The next `count` numbers of a range; never given twice, gaps are possible.

    Locks the range's row until the transaction ends.
    """
    organization_id = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organization_numbering"
            " (id, organization_id, kind, next_value, version, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, 1, %s, %s) ON CONFLICT (organization_id, kind)"
            " DO UPDATE SET next_value = organization_numbering.next_value + %s"
            " RETURNING next_value",
            [ids.new_id(), organization_id, kind, 1 + count, clock.now(), clock.now(), count],
        )
        after = int(cursor.fetchone()[0])
    return range(after - count, after)


def take_number(kind: str) -> int:
    return take_numbers(kind)[0]
