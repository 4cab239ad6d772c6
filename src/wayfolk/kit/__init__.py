"""Technical ground: ids, clock, text folding, phones, money, paging, tenancy of SQL.

Knows no travel words and imports no other package of Wayfolk.
Promises pure, deterministic functions wherever the database is not the point.
"""
