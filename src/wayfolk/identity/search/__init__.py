"""Search: customers by any fragment in any spelling, in a millisecond or so of the database.

`queries.find_customers` answers a reader, `deriving` keeps the index true, `numbers` and
`trips` let domains above say what they know. How it works: docs/algorithms/search.md.
"""
