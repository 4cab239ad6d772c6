"""What `bench search` is made of: customers, queries whose answer is known, clocks and peers.

The customers differ from those of `bench/generator` in their names alone: as many different
ones as a country has, few of them common. Nothing here uses the product's folding to decide
what is right: spellings, typos and likeness are this package's own, so that the engine
cannot be measured by its own mistakes.
"""
