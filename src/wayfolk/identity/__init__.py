"""Who is who: finding customers however they are spelled.

Owns the search index and everything that keeps it true. The index proposes customers; what
they are, and whether this reader may see them, is always read from the customers' own tables.
Stands directly above `customers`; domains further up register what they know (numbers that
lead to a customer, trips taken) and never are imported here.
"""
