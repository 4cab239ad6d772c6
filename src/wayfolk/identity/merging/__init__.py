"""Merging customers who are one person or company, and taking merges back.

`links`: what every domain declares; `planning`: what a merge would do; `executing`: doing it;
`unmerging`: taking it back; `aliases`: where the absorbed ones live on. In prose:
docs/algorithms/merging.md.
"""
