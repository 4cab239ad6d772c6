"""Whether two records are the same person: compared field by field, weighed, told in words.

`record` prepares what is compared, `levels` says how well two records agree in each respect,
`model` what each agreement weighs, `scoring` adds up, `checking` answers for somebody who is
being typed. See docs/algorithms/matching.md.
"""
