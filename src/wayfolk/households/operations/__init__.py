"""Writing households. One change set each, the households' rows locked first, by id.

`keeping`: the household itself; `moving`: in, out, corrections; `splitting` and `merging`:
one into two, several into one; `guarding`: guardians; `connecting`: people who are no
members; `suggesting`: dismissing what was suggested; `deletion`, `conversion`: what
they say to a customer's deletion and to a change of its account type.
"""
